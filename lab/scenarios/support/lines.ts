import type { LogLine, LogsReader, TimeRange } from "@heliograph/heliograph/model";

/** Queries in LogQL, which Loki's reader takes beside what every reader of logs can do. */
export interface LogQueries extends LogsReader {
  /** Newest first. */
  lines(
    tenants: readonly string[],
    logql: string,
    range: TimeRange,
    limit?: number,
  ): Promise<LogLine[]>;
  number(tenants: readonly string[], logql: string, milliseconds?: number): Promise<number>;
  /** Index labels of the streams of a selector, one entry for each stream. */
  streams(
    tenants: readonly string[],
    selector: string,
    range: TimeRange,
  ): Promise<Record<string, string>[]>;
}

/** The most that Loki gives at once. */
const PAGE = 5000;
const STEP_MILLISECONDS = 4000;

/** Goes through all lines of a selector, however many there are. */
export async function eachLine(
  loki: LogQueries,
  tenant: string,
  logql: string,
  { from, to }: TimeRange,
  note: (line: LogLine) => void,
): Promise<void> {
  for (let start = from; start < to; start += STEP_MILLISECONDS)
    await page(
      loki,
      tenant,
      logql,
      { from: start, to: Math.min(to, start + STEP_MILLISECONDS) },
      note,
    );
}

async function page(
  loki: LogQueries,
  tenant: string,
  logql: string,
  range: TimeRange,
  note: (line: LogLine) => void,
) {
  const lines = await loki.lines([tenant], logql, range, PAGE);
  if (lines.length < PAGE) return lines.forEach(note);
  const middle = Math.floor((range.from + range.to) / 2);
  if (middle === range.from) throw new Error(`${PAGE} lines or more in a millisecond`);
  await page(loki, tenant, logql, { ...range, to: middle }, note);
  await page(loki, tenant, logql, { ...range, from: middle }, note);
}

/** Lines that Loki took of a tenant since it started, those that came twice too, by its metrics. */
export function receivedLines(metrics: string, tenant: string): number {
  const own = new RegExp(
    `^loki_distributor_lines_received_total\\{[^}]*tenant="${tenant}"[^}]*\\} (\\S+)$`,
    "gm",
  );
  return [...metrics.matchAll(own)].reduce((sum, [, value]) => sum + Number(value), 0);
}
