/**
 * Proves: a comment keeps within its limit whatever is in it, and what it keeps is its most
 * important part. Does not prove: that GitHub takes it.
 */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { OpType } from "@pulumi/pulumi/automation";
import { previewMarkdown } from "../../../src/cli/commands/preview/markdown";
import { renderingsMarkdown } from "../../../src/cli/commands/render/compare";
import { comment, COMMENT_LIMIT } from "../../../src/cli/ui/markdown";
import { fold, NO_EVENTS } from "../../../src/cli/engine/events";

const line = fc
  .oneof(fc.string({ maxLength: 200 }), fc.constantFrom("```", "`````diff", ""))
  .map((text) => text.replace(/[\r\n]/g, " "));
const block = fc.record({
  heading: line.map((text) => `changed ${text}`),
  diff: fc.array(line, { maxLength: 200 }),
});

/** Fences may differ: that of a block that was cut is as long as what is left of it needs. */
const withoutFences = (text: string) => text.replace(/^`{3,}(diff)?$/gm, "").trimEnd();

test("a comment of any length is within its limit, and only its end is missing", () => {
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 12 }),
      fc.integer({ min: 200, max: 20_000 }),
      (blocks, limit) => {
        const cut = comment("head", blocks, limit);
        const whole = comment("head", blocks, Infinity);
        expect(cut.length).toBeLessThanOrEqual(limit);
        const [kept = "", told] = cut.split(
          "\n\n**There is more: it is in the log of this run.**\n",
        );
        expect(told).toBe(whole.length > limit ? "" : undefined);
        expect(withoutFences(whole).startsWith(withoutFences(kept))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

interface Planned {
  readonly op: OpType;
  readonly name: string;
  readonly before?: object;
  readonly after?: object;
  readonly keys?: string[];
}

function preview(stack: string, planned: readonly Planned[]) {
  const operation = planned.reduce((sofar, { op, name, before = {}, after = {}, keys }) => {
    const type = "kubernetes:core/v1:ConfigMap";
    const urn = `urn:pulumi:${stack}::heliograph::${type}::${name}`;
    const state = (inputs: object) => ({
      type,
      urn,
      id: "",
      parent: "",
      inputs,
      outputs: {},
      provider: "",
    });
    const metadata = {
      op,
      urn,
      type,
      provider: "",
      old: state(before),
      new: state(after),
      ...(keys && { keys }),
    };
    return fold(fold(sofar, { sequence: 0, timestamp: 0, resourcePreEvent: { metadata } }), {
      sequence: 0,
      timestamp: 0,
      resOutputsEvent: { metadata },
    });
  }, NO_EVENTS);
  return { stack, exists: true, operation, certificates: [] };
}

describe("the comment of a preview", () => {
  const previews = [
    preview("dev", [
      { op: "create", name: "new" },
      { op: "update", name: "map", before: { data: "a\nb\n" }, after: { data: "a\nc\n" } },
      { op: "same", name: "still" },
    ]),
    preview("prd", [
      { op: "replace", name: "disk", keys: ["spec.size"], before: { size: 1 }, after: { size: 2 } },
      { op: "delete", name: "old" },
    ]),
  ];

  it("tells what failed, then what is lost in any stack, then the rest", () => {
    expect(previewMarkdown(previews, [{ stack: "ops", error: new Error("no").message }]))
      .toBe(`<!-- heliograph: preview -->
### What \`up\` would do

| stack | deleted | replaced | changed | created | unchanged |
| --- | --- | --- | --- | --- | --- |
| ops | failed |  |  |  |  |
| dev | 0 | 0 | 1 | 1 | 1 |
| prd | **1** | **1** | 0 | 0 | 0 |

**FAILED** \`ops\`
\`\`\`diff
 no
\`\`\`

**DELETED** \`prd\` ConfigMap old

**REPLACED** \`prd\` ConfigMap disk, because of spec.size
\`\`\`diff
- size: 1
+ size: 2
\`\`\`

changed \`dev\` ConfigMap map
\`\`\`diff
  data:
- b
+ c
\`\`\`

created \`dev\` ConfigMap new
`);
  });

  it("keeps what is lost when thousands of changes do not fit", () => {
    const after = { data: "x".repeat(100) };
    const many = Array.from({ length: 3000 }, (_, index): Planned => ({
      op: "update",
      name: `map-${index}`,
      after,
    }));
    const text = previewMarkdown([preview("ops", many), ...previews], []);
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text.length).toBeGreaterThan(COMMENT_LIMIT - 1000);
    expect(text).toContain("**DELETED** `prd` ConfigMap old");
  });
});

test("the comment of two renderings shows what goes first, and how the rest differs", () => {
  const before = new Map([
    ["dev/web/configmap-a.yaml", "a: 1\nb: 2\n"],
    ["dev/web/configmap-gone.yaml", "a: 1\n"],
    ["ops/web/configmap-same.yaml", "a: 1\n"],
  ]);
  const after = new Map([
    ["dev/web/configmap-a.yaml", "a: 1\nb: 3\n"],
    ["dev/web/configmap-new.yaml", "a: 1\n"],
    ["ops/web/configmap-same.yaml", "a: 1\n"],
  ]);
  const [, table = "", ...blocks] = renderingsMarkdown("main", before, after).split("\n\n");
  expect(table.split("\n").slice(2)).toEqual(["| dev | **1** | 1 | 1 |", "| ops | 0 | 0 | 0 |"]);
  expect(blocks.slice(1)).toEqual([
    "**REMOVED** `dev/web/configmap-gone.yaml`",
    "changed `dev/web/configmap-a.yaml`\n```diff\n@@ line 1\n a: 1\n-b: 2\n+b: 3\n```",
    "added `dev/web/configmap-new.yaml`\n",
  ]);
});
