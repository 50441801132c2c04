import { mark, style } from "../../ui/style";
import { table } from "../../ui/table";
import { duration, indent, plural } from "../../ui/text";
import type { CheckResult } from "./check";
import type { EdgeReport, SubjectReport, Verification } from "./report";

/** For people: a row for each hub and edge, a column for each check; below, what is not well, each with what to look at next. */
export function show(verification: Verification, milliseconds: number): string {
  const { hubRows, edgeRows } = rowsOf(verification);
  return [matrix("hub", hubRows), matrix("edge", edgeRows), showBriefly(verification, milliseconds)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The same without the tables. */
export function showBriefly(verification: Verification, milliseconds: number): string {
  const { hubRows, edgeRows } = rowsOf(verification);
  const rows = [...hubRows, ...edgeRows];
  const what = `${plural(hubRows.length, "hub")}, ${plural(edgeRows.length, "edge")}`;
  return [
    ...rows.flatMap(({ title, checks }) => troubles(title, checks)),
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

function matrix(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const names = [...new Set(rows.flatMap(({ checks }) => checks.map(({ name }) => name)))];
  // Where all are signed, it goes without saying.
  const withState = rows.some(({ state }) => state !== undefined && state !== "signed");
  const cells = rows.map(({ name, state, checks }) => [
    name,
    ...(withState ? [state ?? ""] : []),
    ...names.map((column) => cell(checks.find((check) => check.name === column))),
  ]);
  const columns = [title, ...(withState ? ["state"] : []), ...names].map((column) => ({
    title: column,
  }));
  return table(columns, cells);
}

function cell(check: CheckResult | undefined): string {
  if (!check) return style.faint("-");
  switch (check.status) {
    case "passed":
      return `${mark.good} ${check.brief}`;
    case "warning":
      return `${mark.warning} ${check.brief}`;
    case "failed":
      return `${mark.bad} ${style.bad(check.brief)}`;
    case "not run":
      return `${mark.bad} ${style.faint(check.brief)}`;
  }
}

/** Checks that were not run for the same reason are one trouble. */
function troubles(subject: string, checks: readonly CheckResult[]): string[] {
  const groups = new Map<string, CheckResult[]>();
  for (const check of checks.filter(({ status }) => status !== "passed")) {
    const key = `${check.status} ${check.detail}`;
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()].map((group) => trouble(subject, group));
}

function trouble(subject: string, group: readonly CheckResult[]): string {
  const { status, detail, next } = group[0] as CheckResult;
  const title = style.strong(`${subject}: ${group.map(({ name }) => name).join(", ")}`);
  // What to look at next is said where the cause is said.
  const lines =
    next && status !== "not run" ? [detail, `${style.faint("next:")} ${next}`] : [detail];
  return [
    `${status === "warning" ? mark.warning : mark.bad} ${title}`,
    indent(lines.join("\n"), "  "),
  ].join("\n");
}

function summary(rows: readonly Row[], what: string, milliseconds: number): string {
  const checks = rows.flatMap((row) => row.checks);
  const bad = rows.filter(({ ok }) => !ok).map(({ title }) => title);
  const time = style.faint(`in ${duration(milliseconds)}`);
  const all = `${what}, ${plural(checks.length, "check")}`;
  if (bad.length === 0) return `${mark.good} ${all}: all is well ${time}`;
  return `${mark.bad} ${all}, ${checks.filter(({ ok }) => !ok).length} failed ${time}: ${bad.join(", ")}`;
}
