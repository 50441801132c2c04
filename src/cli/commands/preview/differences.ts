import { diffLines } from "diff";
import { style } from "../../ui/style";
import type { ResourceChange } from "../../engine/events";

/**
 * Stands in the engine's events for a value that is known only once something else has been made.
 */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Difference {
  readonly path: string;
  /** Undefined where there was, or will be, nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What of a resource's inputs will be different, property by property. */
export function differencesOf({ step }: ResourceChange): Difference[] {
  return compare("", step.old?.inputs ?? {}, step.new?.inputs ?? {}).filter(
    ({ path }) => !path.startsWith("__"),
  );
}

export function compare(path: string, before: unknown, after: unknown): Difference[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      compare(joined(path, key, Array.isArray(after)), before[key], after[key]),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function joined(path: string, key: string, inList: boolean): string {
  if (inList) return `${path}[${key}]`;
  const plain = /^[\w-]+$/.test(key);
  if (path === "") return plain ? key : `["${key}"]`;
  return plain ? `${path}.${key}` : `${path}["${key}"]`;
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** `path: before → after`; texts of several lines as the lines that come and go. */
export function showDifference({ path, before, after }: Difference): string {
  if (isText(before) && isText(after))
    return [`${path}:`, ...changedLines(before, after)].join("\n");
  if (before === undefined) return `${style.good("+")} ${path}: ${show(after)}`;
  if (after === undefined) return `${style.bad("-")} ${path}: ${show(before)}`;
  return `${path}: ${show(before)} → ${show(after)}`;
}

/**
 * The same for a block of `diff`: every line says by its first character whether it comes or goes.
 */
export function plainDifference({ path, before, after }: Difference): string[] {
  if (isText(before) && isText(after)) {
    const lines = diffLines(before, after).filter(({ added, removed }) => added || removed);
    const marked = lines.flatMap(({ value, added }) =>
      value
        .trimEnd()
        .split("\n")
        .map((line) => `${added ? "+" : "-"} ${line}`),
    );
    return [`  ${path}:`, ...marked];
  }
  return [
    ...(before === undefined ? [] : [`- ${path}: ${show(before)}`]),
    ...(after === undefined ? [] : [`+ ${path}: ${show(after)}`]),
  ];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.includes("\n");
}

export function changedLines(before: string, after: string): string[] {
  return diffLines(before, after)
    .filter(({ added, removed }) => added || removed)
    .flatMap(({ value, added }) =>
      value
        .trimEnd()
        .split("\n")
        .map((line) => (added ? style.good(`+ ${line}`) : style.bad(`- ${line}`))),
    );
}

function show(value: unknown): string {
  if (value === UNKNOWN) return "(known after up)";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
