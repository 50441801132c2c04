import { stripVTControlCharacters } from "node:util";
import { COMMENT_LIMIT, comment, markdownTable, type Block } from "../../ui/markdown";
import { describeFailure } from "../../ui/failure";
import { CHANGES, resourceName, type Change, type ResourceChange } from "../../engine/events";
import { differencesOf, plainDifference } from "./differences";
import { named, ORDER, type Preview } from "./report";

/** By this line the comment is found again, and replaced. */
export const MARK = "<!-- heliograph: preview -->";

/** A stack whose preview did not come about. */
interface Failed {
  readonly stack: string;
  readonly error: unknown;
}

/**
 * Previews as a comment on a pull request: what failed, then of all stacks what is deleted,
 * replaced, changed, created.
 */
export function previewMarkdown(
  previews: readonly Preview[],
  failed: readonly Failed[],
  limit = COMMENT_LIMIT,
): string {
  const rows = previews.map(({ stack, operation: { changes, done } }) => [
    stack,
    ...[...CHANGES].reverse().map((change) => countOf([...changes.values()], change)),
    [...done].filter((urn) => !changes.has(urn)).length,
  ]);
  const errors = failed.map(({ stack }) => [stack, "failed", "", "", "", ""]);
  const columns = ["stack", ...[...CHANGES].reverse(), "unchanged"];
  const head = `${MARK}\n### What \`up\` would do\n\n${markdownTable(columns, [...errors, ...rows])}`;
  const blocks = [
    ...failed.map(({ stack, error }) => ({
      heading: `**FAILED** \`${stack}\``,
      diff: plainLines(stripVTControlCharacters(describeFailure(error))),
    })),
    ...ORDER.flatMap((change) => previews.flatMap((preview) => blocksOf(preview, change))),
    ...previews.flatMap(({ stack, operation: { warnings } }) =>
      warnings.map(({ message }) => ({ heading: `note, \`${stack}\``, diff: plainLines(message) })),
    ),
  ];
  return comment(head, blocks, limit);
}

function blocksOf({ stack, operation }: Preview, change: Change): Block[] {
  const word =
    change === "deleted" || change === "replaced" ? `**${change.toUpperCase()}**` : change;
  return named(operation, change).map((each) => ({
    heading: `${word} \`${stack}\` ${resourceName(each.urn)}${because(each)}`,
    diff:
      change === "changed" || change === "replaced"
        ? differencesOf(each).flatMap(plainDifference)
        : [],
  }));
}

function because({ change, step: { keys = [] } }: ResourceChange): string {
  return change === "replaced" && keys.length > 0 ? `, because of ${keys.join(", ")}` : "";
}

function countOf(changes: readonly ResourceChange[], change: Change): string {
  const count = changes.filter((each) => each.change === change).length;
  return count > 0 && (change === "deleted" || change === "replaced")
    ? `**${count}**`
    : String(count);
}

/** No line of it is taken for one that comes or goes. */
function plainLines(text: string): string[] {
  return text.split("\n").map((line) => ` ${line}`);
}
