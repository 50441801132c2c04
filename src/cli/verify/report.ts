import { mark, style } from "../ui/style";
import { table } from "../ui/table";
import { plural } from "../ui/text";
import type { EdgeReport } from "./verify";

/** One row for each edge, one column for each check; below it, what failed and what to look at next. */
export function report(reports: readonly EdgeReport[]): string {
  const names = [...new Set(reports.flatMap(({ checks }) => checks.map(({ name }) => name)))];
  const rows = reports.map(({ edge, state, checks }) => [
    edge,
    state,
    ...names.map((name) => {
      const check = checks.find((candidate) => candidate.name === name);
      if (!check) return style.faint("-");
      return check.ok ? mark.good : mark.bad;
    }),
  ]);
  const columns = ["edge", "state", ...names].map((title) => ({ title }));
  return [table(columns, rows), ...details(reports), ...failures(reports), summary(reports)].join("\n\n");
}

function details(reports: readonly EdgeReport[]): string[] {
  const rows = reports.flatMap(({ edge, checks }) =>
    checks.filter(({ ok }) => ok).map(({ name, detail }) => [edge, name, style.faint(detail)]),
  );
  return rows.length === 0 ? [] : [table([{ title: "edge" }, { title: "check" }, { title: "seen" }], rows)];
}

function failures(reports: readonly EdgeReport[]): string[] {
  return reports.flatMap(({ edge, checks }) =>
    checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail, next }) =>
        [`${mark.bad} ${style.strong(`${edge}: ${name}`)}  ${detail}`, ...(next ? [`  next: ${next}`] : [])].join("\n"),
      ),
  );
}

function summary(reports: readonly EdgeReport[]): string {
  const failed = reports.filter(({ ok }) => !ok).map(({ edge }) => edge);
  const total = plural(reports.length, "edge");
  return failed.length === 0
    ? `${mark.good} ${total} verified`
    : `${mark.bad} ${failed.length} of ${total} failed: ${failed.join(", ")}`;
}
