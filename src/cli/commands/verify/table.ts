import { stripVTControlCharacters } from "node:util";
import { mark, style } from "../../ui/style";
import { table } from "../../ui/table";
import { duration, indent, plural, wrap } from "../../ui/text";
import type { CheckResult, EdgeReport, SubjectReport, Verification } from "./report";

/** Lines are at most this wide, as long as the names of edges let them. */
const WIDTH = 100;

/** One column shows several checks, as a mark and the figures of those that are worth one. */
interface Column {
  readonly title: string;
  readonly checks: readonly string[];
  /** Checks whose brief is shown while all is well, and what follows it. */
  readonly figures: readonly (readonly [check: string, unit?: string])[];
}

export const HUB_COLUMNS: readonly Column[] = [
  { title: "inventory", checks: ["inventory"], figures: [["inventory"]] },
  {
    title: "gateway",
    checks: ["gateway pods", "gateway certificate", "gateway configuration"],
    figures: [["gateway pods"], ["gateway certificate"]],
  },
  { title: "limits", checks: ["limits"], figures: [["limits"]] },
  { title: "alerts", checks: ["alerts"], figures: [["alerts"]] },
  { title: "buckets", checks: ["lifecycle"], figures: [["lifecycle"]] },
  {
    title: "queries",
    checks: ["global query", "data sources"],
    figures: [["data sources"], ["global query"]],
  },
];

export const EDGE_COLUMNS: readonly Column[] = [
  { title: "access", checks: ["identity", "gateway"], figures: [["identity"]] },
  {
    title: "metrics",
    checks: [
      "sample",
      "labels",
      "newest sample",
      "all tenants",
      "global query",
      "retention",
      "lifecycle",
    ],
    figures: [["labels"], ["newest sample", "old"]],
  },
  { title: "logs", checks: ["log line", "newest line"], figures: [["newest line", "old"]] },
  { title: "traces", checks: ["trace", "correlation"], figures: [["trace"]] },
  {
    title: "agents",
    checks: ["agents", "queue", "configuration", "collectors", "collector queue"],
    figures: [["agents"], ["queue", "behind"]],
  },
];

/**
 * The report for people: a row for each hub and edge; below, what is wrong, with the next step.
 * `details` adds a line for each check.
 */
export function show(verification: Verification, milliseconds: number, details = false): string {
  const { hubRows, edgeRows } = rowsOf(verification);
  return [
    matrix("hub", HUB_COLUMNS, hubRows),
    matrix("edge", EDGE_COLUMNS, edgeRows),
    ...(details ? [...hubRows, ...edgeRows].map(detailsOf) : []),
    showBriefly(verification, milliseconds),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The report without its tables. */
export function showBriefly(verification: Verification, milliseconds: number): string {
  const { hubRows, edgeRows } = rowsOf(verification);
  const rows = [...hubRows, ...edgeRows];
  const what = `${plural(hubRows.length, "hub")}, ${plural(edgeRows.length, "edge")}`;
  return [
    ...rows.flatMap(({ title, checks }) => issues(title, checks)),
    summary(rows, what, milliseconds),
  ].join("\n\n");
}

function rowsOf({
  hubs,
  edges,
}: Verification): Readonly<Record<"hubRows" | "edgeRows", readonly Row[]>> {
  return {
    hubRows: hubs.map(({ hub, ...report }) => ({ ...report, name: hub, title: `hub ${hub}` })),
    edgeRows: edges.map(({ edge, ...report }) => ({ ...report, name: edge, title: edge })),
  };
}

/** A hub or an edge. */
interface Row extends SubjectReport {
  readonly name: string;
  /** Its name where hubs and edges are named together. */
  readonly title: string;
  readonly state?: EdgeReport["state"];
}

/** With fewer figures where a line would be too wide. */
function matrix(title: string, columns: readonly Column[], rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const tables = [2, 1, 0].map((figures) => drawn(title, columns, rows, figures));
  return tables.find((text) => widthOf(text) <= WIDTH) ?? tables.at(-1) ?? "";
}

function drawn(
  title: string,
  columns: readonly Column[],
  rows: readonly Row[],
  figures: number,
): string {
  // Where all are signed, it goes without saying.
  const withState = rows.some(({ state }) => state !== undefined && state !== "signed");
  const shown = columns.filter((column) => rows.some((row) => checksOf(row, column).length > 0));
  const cells = rows.map((row) => [
    row.name,
    ...(withState ? [row.state ?? ""] : []),
    ...shown.map((column) => cell(column, checksOf(row, column), figures)),
  ]);
  return table(
    [title, ...(withState ? ["state"] : []), ...shown.map((column) => column.title)],
    cells,
  );
}

function widthOf(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split("\n")
      .map(({ length }) => length),
  );
}

function checksOf({ checks }: Row, column: Column): CheckResult[] {
  return checks.filter(({ name }) => column.checks.includes(name));
}

function cell({ figures }: Column, checks: readonly CheckResult[], most: number): string {
  const [only] = checks;
  if (!only) return style.faint("-");
  const bad = checks.filter(({ ok }) => !ok);
  const notRun = bad.length > 0 && bad.every(({ status }) => status === "not run");
  if (notRun) return `${mark.bad} ${style.faint("not run")}`;
  const words = (text: string) => (most === 0 ? "" : ` ${text}`);
  if (bad.length > 0) {
    const count = checks.length === 1 ? "failed" : `${bad.length} of ${checks.length} failed`;
    return `${mark.bad}${style.bad(words(count))}`;
  }
  const warning = checks.find(({ status }) => status === "warning");
  if (warning) return `${mark.warning}${words(warning.brief)}`;
  const briefs = figures.flatMap(([name, unit = ""]) => {
    const check = checks.find((each) => each.name === name);
    return check ? [`${check.brief} ${unit}`.trim()] : [];
  });
  const text = (briefs.length > 0 ? briefs : [only.brief]).slice(0, most).join(", ");
  return `${mark.good}${words(text)}`;
}

const MARKS: Readonly<Record<CheckResult["status"], string>> = {
  passed: mark.good,
  warning: mark.warning,
  failed: mark.bad,
  "not run": mark.bad,
};

function detailsOf({ title, checks }: Row): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, status, detail }) => {
    const [first = "", ...more] = wrap(detail, WIDTH - width - 6).split("\n");
    const rest = more.map((line) => " ".repeat(width + 6) + line);
    return [`  ${MARKS[status]} ${name.padEnd(width)}  ${first}`, ...rest].join("\n");
  });
  return [style.strong(title), ...lines].join("\n");
}

/** Checks that were not run for the same reason are one issue. */
function issues(subject: string, checks: readonly CheckResult[]): string[] {
  const groups = new Map<string, CheckResult[]>();
  for (const check of checks.filter(({ status }) => status !== "passed")) {
    const key = `${check.status} ${check.detail}`;
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()].map((group) => issue(subject, group));
}

function issue(subject: string, group: readonly CheckResult[]): string {
  const { status, detail, next } = group[0] as CheckResult;
  const title = style.strong(`${subject}: ${group.map(({ name }) => name).join(", ")}`);
  const what = wrap(detail, WIDTH - 2);
  // The next step stands with the cause. It is copied: no line breaks in it.
  const lines = next && status !== "not run" ? [what, `${style.faint("next:")} ${next}`] : [what];
  return [`${MARKS[status]} ${title}`, indent(lines.join("\n"), "  ")].join("\n");
}

function summary(rows: readonly Row[], what: string, milliseconds: number): string {
  const checks = rows.flatMap((row) => row.checks);
  const bad = rows.filter(({ ok }) => !ok).map(({ title }) => title);
  const time = style.faint(`in ${duration(milliseconds)}`);
  const all = `${what}, ${plural(checks.length, "check")}`;
  if (bad.length === 0) return `${mark.good} ${all}: all is well ${time}`;
  const failed = checks.filter(({ ok }) => !ok).length;
  return `${mark.bad} ${all}, ${failed} failed ${time}: ${bad.join(", ")}`;
}
