import { expect, expectTypeOf, test } from "vitest";
import type { TimeRange } from "../../components/backends/requests";
import type { LokiReader } from "../../components/backends/loki/reader";
import { eachLine, receivedLines, type LogQueries } from "../../lab/scenarios/support/lines";

test("the lab's queries are those of Loki's reader", () => {
  expectTypeOf<LokiReader>().toExtend<LogQueries>();
});

test("every line is met once, however many there are at a time", async () => {
  // 20 000 in the first second, one a second after that.
  const times = Array.from({ length: 20_060 }, (_, index) =>
    index < 20_000 ? index / 20 : 1000 * (index - 20_000),
  );
  const loki = {
    lines: async (_: string[], __: string, { from, to }: TimeRange, limit: number) =>
      times
        .flatMap((time, index) => (time >= from && time < to ? [{ text: `${index}` }] : []))
        .slice(0, limit),
  } as unknown as LogQueries;
  const met: string[] = [];
  await eachLine(loki, "dev", "{}", { from: 0, to: 60_000 }, ({ text }) => met.push(text));
  expect([met.length, new Set(met).size]).toEqual([times.length, times.length]);
});

test("lines received are those of the tenant, whatever else tells them apart", () => {
  const series = (tenant: string, more: string, value: string) =>
    `loki_distributor_lines_received_total{${more},tenant="${tenant}"} ${value}\n`;
  const text =
    series("dev", 'a="1"', "7") + series("dev", 'a="2"', "1e+06") + series("dev-2", 'a="1"', "9");
  expect(receivedLines(text, "dev")).toBe(1_000_007);
});
