import type { SeriesOutput } from "../../../stacks/series";
import { seriesLine } from "../../ui/series";
import { indent } from "../../ui/text";
import { style } from "../../ui/style";
import {
  CHANGES,
  resourceName,
  type Change,
  type Operation,
  type ResourceChange,
} from "../../engine/events";
import type { Certificate } from "../../engine/state";
import { certificateLines, daysLeft, DEFAULT_POLICY, type CertificatePolicy } from "./certificates";
import { differencesOf, showDifference } from "./differences";

export interface Preview {
  readonly stack: string;
  /** False where the stack has never been made: everything would be created. */
  readonly exists: boolean;
  readonly operation: Operation;
  readonly certificates: readonly Certificate[];
  /** When they are renewed; by default as the program does it where nothing else is said. */
  readonly policy?: CertificatePolicy;
  /** What is probably wrong in its stack file, although the program accepts it. */
  readonly warning?: string;
  /** While the hub's CA is being replaced: which phase this is, and what comes next. */
  readonly rotation?: readonly string[];
}

/** What destroys something comes first, in another colour and in capitals. */
const SHOWN: Record<Change, (text: string) => string> = {
  deleted: (text) => style.danger(text.toUpperCase()),
  replaced: (text) => style.danger(text.toUpperCase()),
  changed: style.warning,
  created: style.good,
};
export const ORDER: readonly Change[] = ["deleted", "replaced", "changed", "created"];

/** Above this number, created resources are counted by kind. */
const LISTED = 12;

export function showPreview(preview: Preview, diff: boolean, now = new Date()): string {
  const {
    stack,
    exists,
    operation,
    certificates,
    policy = DEFAULT_POLICY,
    rotation = [],
  } = preview;
  const details = ORDER.flatMap((change) => {
    const changes = named(operation, change);
    return change === "created" && changes.length > LISTED && !diff
      ? [`${SHOWN[change](change.padEnd(9))} ${countKinds(changes)}`]
      : changes.map((each) => showChange(each, diff));
  });
  return [
    `${style.strong(stack)}  ${countChanges(operation)}${exists ? "" : style.faint("  (this stack does not exist yet)")}`,
    ...details.map((line) => indent(line, "  ")),
    ...(preview.warning ? [`  ${style.warning("note")} ${preview.warning}`] : []),
    ...operation.warnings.map(({ message }) => indent(`${style.warning("note")} ${message}`, "  ")),
    ...rotation.map((line) => `  ${style.strong(line)}`),
    ...certificateLines(certificates, policy, now).map((line) => `  ${line}`),
    ...(isSeries(operation.outputs["series"])
      ? [style.faint(`  ${seriesLine(operation.outputs["series"])}`)]
      : []),
  ].join("\n");
}

/** Outputs that depend on something unknown are a text that says so. */
function isSeries(output: unknown): output is SeriesOutput {
  return typeof output === "object" && output !== null && "activeSeries" in output;
}

/** `3 changed, 1 DELETED, 40 unchanged` */
function countChanges({ changes, done }: Operation): string {
  const counts = CHANGES.flatMap((change) => {
    const count = [...changes.values()].filter((each) => each.change === change).length;
    return count === 0 ? [] : [SHOWN[change](`${count} ${change}`)];
  });
  const unchanged = [...done].filter((urn) => !changes.has(urn)).length;
  return [...(counts.length === 0 ? ["no changes"] : counts), `${unchanged} unchanged`].join(", ");
}

function showChange(each: ResourceChange, diff: boolean): string {
  const { keys = [] } = each.step;
  const because =
    each.change === "replaced" && keys.length > 0 ? `  because of ${keys.join(", ")}` : "";
  const paths =
    each.change === "changed" && !diff ? differencesOf(each).map(({ path }) => path) : [];
  const what = paths.length === 0 ? "" : `  ${style.faint(shortList(paths))}`;
  const line = `${SHOWN[each.change](each.change.padEnd(9))} ${resourceName(each.urn)}${because}${what}`;
  const differences =
    diff && each.change !== "created" && each.change !== "deleted" ? differencesOf(each) : [];
  return [
    line,
    ...differences.map((difference) => indent(showDifference(difference), "    ")),
  ].join("\n");
}

/** Resources with one kind of change, `hub-2` before `hub-10`. */
export function named({ changes }: Operation, change: Change): ResourceChange[] {
  return [...changes.values()]
    .filter((each) => each.change === change)
    .sort((a, b) =>
      resourceName(a.urn).localeCompare(resourceName(b.urn), "en", { numeric: true }),
    );
}

function shortList(paths: readonly string[]): string {
  return paths.length <= 3
    ? paths.join(", ")
    : `${paths.slice(0, 3).join(", ")} and ${paths.length - 3} more`;
}

function countKinds(changes: readonly ResourceChange[]): string {
  const counts = new Map<string, number>();
  for (const { urn } of changes) {
    const kind = resourceName(urn).split(" ")[0] ?? "";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

/** The same for machines. */
export function previewAsData(
  { stack, exists, operation, certificates, rotation = [] }: Preview,
  now = new Date(),
) {
  const changes = (change: Change) =>
    named(operation, change).map((each) => ({
      urn: each.urn,
      ...(change === "changed" || change === "replaced"
        ? { properties: differencesOf(each).map(({ path }) => path) }
        : {}),
    }));
  return {
    stack,
    exists,
    ...Object.fromEntries(CHANGES.map((change) => [change, changes(change)])),
    unchanged: [...operation.done].filter((urn) => !operation.changes.has(urn)).length,
    ...(isSeries(operation.outputs["series"]) && { series: operation.outputs["series"] }),
    warnings: operation.warnings.map(({ message }) => message),
    rotation,
    certificates: certificates.map((each) => ({ name: each.name, daysLeft: daysLeft(each, now) })),
  };
}
