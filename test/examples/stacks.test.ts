/**
 * Proves: the sample stack files of every platform are accepted and rendered, the hub with all of
 * its backends and the edge with its agent. Does not prove: that their clouds accept them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { renderStacks } from "../../src/cli/commands/render/render-stack";
import { openProject } from "../../src/cli/project";

const folder = resolve(__dirname, "../../examples/stacks");

describe.each(readdirSync(folder))("sample stack files for %s", (platform) => {
  const project = openProject(join(folder, platform));

  it("are rendered whole", { timeout: 120_000 }, async () => {
    const [edge, hub] = await renderStacks(project, ["dev", "ops"]);
    const workloads = (rendered: typeof hub) =>
      rendered?.objects
        .map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.name}`)
        .filter((each) => /^(StatefulSet|Deployment|DaemonSet) /.test(each));
    expect(workloads(hub)).toEqual(
      expect.arrayContaining([
        "StatefulSet mimir-main",
        "StatefulSet loki-main",
        "StatefulSet tempo-main",
        "Deployment gateway",
        "Deployment grafana",
      ]),
    );
    expect(workloads(edge)).toEqual(
      expect.arrayContaining(["StatefulSet prometheus-agent", "DaemonSet otel-agent"]),
    );
    expect(edge?.warnings).toEqual([]);
  });

  it("are short, and name the schema", () => {
    for (const stack of project.stacks) {
      const lines = readFileSync(join(folder, platform, `Pulumi.${stack}.yaml`), "utf8").split(
        "\n",
      );
      expect(lines[0]).toBe("# yaml-language-server: $schema=../../../schemas/stack-config.json");
      expect(lines.length).toBeLessThan(90);
    }
  });
});
