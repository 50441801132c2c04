import type { Range } from "../../../src/cli/cluster/backend";
import type { Line, Loki } from "../../../src/cli/cluster/loki";

/** The most that Loki gives at once. */
const PAGE = 5000;
const STEP_MILLISECONDS = 4000;

/** Goes through all lines of a selector, however many there are. */
export async function eachLine(
  loki: Loki,
  tenant: string,
  logql: string,
  { from, to }: Range,
  note: (line: Line) => void,
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
  loki: Loki,
  tenant: string,
  logql: string,
  range: Range,
  note: (line: Line) => void,
) {
  const lines = await loki.lines([tenant], logql, range, PAGE);
  if (lines.length < PAGE) return lines.forEach(note);
  const middle = Math.floor((range.from + range.to) / 2);
  if (middle === range.from) throw new Error(`${PAGE} lines or more in a millisecond`);
  await page(loki, tenant, logql, { ...range, to: middle }, note);
  await page(loki, tenant, logql, { ...range, from: middle }, note);
}

/** Lines that Loki took of a tenant since it started, those that came twice too. */
export async function receivedLines(loki: Loki, tenant: string): Promise<number> {
  const own = new RegExp(
    `^loki_distributor_lines_received_total\\{[^}]*tenant="${tenant}"[^}]*\\} (\\S+)$`,
    "gm",
  );
  return [...(await loki.text("/metrics")).matchAll(own)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}
