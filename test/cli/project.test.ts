import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProject, unknownHub } from "../../src/cli/project";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "project-test-"));
  for (const stack of ["ops", "dev"]) {
    const file = `Pulumi.${stack}.yaml`;
    cpSync(resolve(__dirname, "../..", file), join(folder, file));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function withHub(name: string): string | undefined {
  const file = join(folder, "Pulumi.dev.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("organization/heliograph/ops", name));
  return unknownHub(openProject(folder), "dev");
}

describe("the stack of an edge's hub", () => {
  it("is known where it has a stack file here", () => {
    expect(unknownHub(openProject(folder), "dev")).toBeUndefined();
    expect(unknownHub(openProject(folder), "ops")).toBeUndefined();
  });

  it("is named with what was probably meant where it has none", () => {
    expect(withHub("organization/heliograph/op")).toBe(
      "The hub of edge dev, stack organization/heliograph/op, has no stack file here; did you mean ops?",
    );
  });

  it("is named with the stacks that there are where nothing is similar", () => {
    expect(withHub("organization/heliograph/nosuch")).toMatch(/; stacks here: dev, ops$/);
  });
});
