import { structuredPatch } from "diff";
import { MARK } from "../preview/markdown";
import { COMMENT_LIMIT, comment, markdownTable, type Block } from "../../ui/markdown";

/** Texts of manifests by file: `<stack>/<namespace>/<kind>-<name>.yaml`. */
export type Files = ReadonlyMap<string, string>;

type Change = "removed" | "changed" | "added";
/** What goes comes first. */
const ORDER: readonly Change[] = ["removed", "changed", "added"];

/** Two renderings of the same stacks, as a comment on a pull request. */
export function renderingsMarkdown(
  where: string,
  before: Files,
  after: Files,
  limit = COMMENT_LIMIT,
): string {
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changes = files.flatMap((file) => {
    const change = changeOf(before.get(file), after.get(file));
    return change ? [{ file, change }] : [];
  });
  const stacks = [...new Set(files.map(stackOf))];
  const count = (stack: string, change: Change) =>
    changes.filter((each) => stackOf(each.file) === stack && each.change === change).length;
  const rows = stacks.map((stack) => [
    stack,
    ...ORDER.map((change) => emphasised(change, count(stack, change))),
  ]);
  const head = [
    `${MARK}\n### What differs from \`${where}\` in the manifests`,
    markdownTable(["stack", ...ORDER], rows),
    "Rendered without a cluster: what would be replaced is not known here, and a change of a name is shown as one object removed and one added.",
  ].join("\n\n");
  const blocks = ORDER.flatMap((change) =>
    changes
      .filter((each) => each.change === change)
      .map(({ file }) => blockOf(change, file, before.get(file), after.get(file))),
  );
  return comment(head, blocks, limit);
}

function changeOf(before: string | undefined, after: string | undefined): Change | undefined {
  if (after === undefined) return "removed";
  if (before === undefined) return "added";
  return before === after ? undefined : "changed";
}

function emphasised(change: Change, count: number): string {
  return change === "removed" && count > 0 ? `**${count}**` : String(count);
}

function stackOf(file: string): string {
  return file.split("/")[0] ?? "";
}

function blockOf(change: Change, file: string, before = "", after = ""): Block {
  const word = change === "removed" ? "**REMOVED**" : change;
  const { hunks } = structuredPatch(file, file, before, after, "", "", { context: 3 });
  const diff =
    change === "changed"
      ? hunks.flatMap(({ newStart, lines }) => [`@@ line ${newStart}`, ...lines])
      : [];
  return { heading: `${word} \`${file}\``, diff };
}
