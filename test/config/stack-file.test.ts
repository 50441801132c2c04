/**
 * Proves: a stack file that is no YAML is one message that names the file and the line
 * (test/config/messages/yaml-<case>.txt).
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeFailure } from "../../src/cli/ui/failure";
import { readSettings } from "../../src/config/stack-file";
import { messageOf } from "./settings";

const project = mkdtempSync(join(tmpdir(), "heliograph-stack-file-"));
afterAll(() => rmSync(project, { recursive: true }));

const START = "# comment\nconfig:\n  heliograph:cluster:\n    context: dev\n  heliograph:edge:\n";
const cases: Readonly<Record<string, string>> = {
  "key-twice": `${START}    name: dev\n    hub:\n      fromStack: a/b/c\n    name: stg\n`,
  tab: `${START}\tname: dev\n`,
  "bad-indentation": `${START}    name: dev\n   hub:\n      fromStack: a/b/c\n`,
  "two-documents": `---\n${START}    name: dev\n---\nconfig: {}\n`,
  "unclosed-brace": `${START}    name: dev\n    demo: { nginx: true\n    scrapeInterval: 15s\n`,
  "unclosed-quote": `${START}    name: "dev\n    scrapeInterval: 15s\n`,
  "colon-in-text": `${START}    name: dev\n    storageClass: fast: ssd\n`,
  "unknown-alias": `${START}    name: *dev\n`,
  list: "- config\n",
};

test.each(Object.entries(cases))("%s", async (name, text) => {
  writeFileSync(join(project, "Pulumi.dev.yaml"), text);
  const read = () => readSettings(project, "dev");
  await expect(messageOf(read)).toMatchFileSnapshot(
    join(__dirname, "messages", `yaml-${name}.txt`),
  );
  const shown = describeFailure(thrownBy(read));
  expect(shown).toContain("Pulumi.dev.yaml");
  expect(shown).not.toMatch(/^ +at /m);
});

test("an empty file has no configuration", () => {
  writeFileSync(join(project, "Pulumi.dev.yaml"), "# nothing yet\n");
  expect(messageOf(() => readSettings(project, "dev"))).toContain("heliograph:cluster");
});

function thrownBy(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return error;
  }
}
