/**
 * Proves: a preview of a new stack touches neither project nor backend, and leaves nothing. Does
 * not prove: that the engine previews there.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../../../src/cli/project";
import type { Pulumi } from "../../../src/cli/engine/pulumi";
import { withLocalReferences, withScratchStack } from "../../../src/cli/engine/scratch";
import { Workspaces } from "../../../src/cli/engine/workspaces";

const DEV = `config:
  heliograph:cluster: { context: dev }
  heliograph:edge:
    name: dev
    hub:
      fromStack: contoso/heliograph/ops # the hub
`;
const REAL = {
  deployment: {
    resources: [{ type: "pulumi:pulumi:Stack", urn: "u", outputs: { hub: { a: 1 }, x: 2 } }],
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scratch-test-"));
  await writeFile(join(folder, "Pulumi.yaml"), "name: heliograph\n");
  await writeFile(join(folder, "Pulumi.dev.yaml"), DEV);
});
afterEach(() => rm(folder, { recursive: true }));

interface Call {
  readonly args: string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly imported: unknown;
}

/** Stands in for the CLI; only the real backend has a stack `ops`. */
function fake(calls: Call[]): Pulumi {
  const run = async (args: string[], cwd: string, env: Record<string, string>) => {
    const file = args[args.indexOf("--file") + 1];
    const imported = args.includes("import")
      ? JSON.parse(await readFile(file ?? "", "utf8"))
      : undefined;
    calls.push({ args, cwd, env, imported });
    return { stdout: JSON.stringify(REAL), stderr: "", code: 0 };
  };
  return { run } as unknown as Pulumi;
}

describe("withScratchStack", () => {
  it("makes the stack, and those it refers to, in a backend of its own", async () => {
    const calls: Call[] = [];
    const project = openProject(folder);
    const seen = await withScratchStack(
      project,
      new Workspaces(project, fake(calls)),
      "dev",
      async (scratch) => {
        await scratch.run("dev", ["preview"]);
        return readFile(join(calls.at(-1)?.cwd ?? "", "Pulumi.dev.yaml"), "utf8");
      },
    );

    const shown = calls.map(
      ({ args, cwd }) =>
        `${cwd === folder ? "real" : "scratch"}: ${args.slice(0, 2).join(" ")} ${args.at(-1)}`,
    );
    expect(shown).toEqual([
      "scratch: stack init ops",
      "real: stack export ops",
      "scratch: stack import ops",
      "scratch: stack init dev",
      "scratch: preview --stack dev",
    ]);
    for (const { cwd, env } of calls.filter(({ cwd }) => cwd !== folder)) {
      expect(env["PULUMI_BACKEND_URL"]).toMatch(/^file:\/\/.*heliograph-preview-/);
      expect(existsSync(cwd)).toBe(false);
    }
    // Only what is meant for other stacks goes along.
    expect(calls[2]?.imported).toMatchObject({
      deployment: { resources: [{ outputs: { hub: { a: 1 } } }] },
    });
    expect(JSON.stringify(calls[2]?.imported)).not.toContain('"x"');
    expect(seen).toContain("fromStack: organization/heliograph/ops # the hub");
    expect(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8")).toBe(DEV);
  });

  it("leaves nothing behind when the preview fails", async () => {
    const calls: Call[] = [];
    const project = openProject(folder);
    const work = () => Promise.reject(new Error("broken"));
    await expect(
      withScratchStack(project, new Workspaces(project, fake(calls)), "dev", work),
    ).rejects.toThrow("broken");
    expect(calls.filter(({ cwd }) => cwd !== folder && existsSync(cwd))).toEqual([]);
  });
});

describe("withLocalReferences", () => {
  it("renames references of edges and hubs, and nothing else", () => {
    const hub =
      "config:\n  heliograph:hub:\n    edges:\n      dev:\n        fromStack: acme/heliograph/dev\n";
    expect(withLocalReferences(hub)).toBe(hub.replace("acme", "organization"));
    expect(withLocalReferences("config: {}\n")).toBe("config: {}\n");
  });
});
