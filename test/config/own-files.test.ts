/**
 * Proves: folders that a stack file names become texts of files, by names that messages show, and a
 * folder without any is rejected. Does not prove: what is checked in the files
 * (test/components/hub/own-rules.test.ts).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withOwnFiles } from "../../src/config/own-files";
import type { Settings } from "../../src/config/schema";

let project: string;
const write = (path: string) => {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, path);
};
const read = (hub: object) => withOwnFiles({ hub } as Settings, project);

describe("folders of one's own", () => {
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "heliograph-own-"));
    for (const path of [
      "rules/ops.yaml",
      "rules/README.md",
      "rules/dev/shop.yml",
      "rules/dev/logs/lines.yaml",
      "boards/fleet.json",
      "boards/shop/checkout.json",
    ])
      write(path);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it("are read, each by itself, beside texts that the stack file has", () => {
    const { settings, issues } = read({
      rules: {
        disabled: ["NodeCpuBusy"],
        files: { operators: { inline: "text" } },
        folders: {
          operators: "rules",
          tenants: { dev: "rules/dev" },
          logs: { dev: "rules/dev/logs" },
        },
      },
      dashboards: { folders: { operators: "boards", organisations: {} } },
    });
    expect(issues).toEqual([]);
    expect(settings.hub?.rules).toMatchObject({
      disabled: ["NodeCpuBusy"],
      files: {
        operators: { inline: "text", "rules/ops.yaml": "rules/ops.yaml" },
        tenants: { dev: { "rules/dev/shop.yml": "rules/dev/shop.yml" } },
        logs: { dev: { "rules/dev/logs/lines.yaml": "rules/dev/logs/lines.yaml" } },
      },
    });
    expect(settings.hub?.dashboards?.files).toEqual({
      operators: {
        "fleet.json": "boards/fleet.json",
        "shop/checkout.json": "boards/shop/checkout.json",
      },
      everyone: {},
      organisations: {},
    });
  });

  it("are rejected without files that could be meant", () => {
    const { issues } = read({
      rules: { folders: { operators: "rule", tenants: { dev: "boards" }, logs: {} } },
    });
    expect(
      issues.map(({ path, got, expected }) => [path.slice(3).join("."), got, expected]),
    ).toEqual([
      ["operators", "rule", `a folder below ${project} with files *.yaml`],
      ["tenants.dev", "boards", `a folder below ${project} with files *.yaml`],
    ]);
  });

  it("are not looked for where none is named", () => {
    const settings = { hub: { rules: { disabled: [] } } } as object as Settings;
    expect(withOwnFiles(settings, project).settings).toBe(settings);
  });
});
