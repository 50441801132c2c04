import { expect, test } from "vitest";
import { doublesOf, gapsOf, mostWithin } from "../../lab/scenarios/ha/series";

const at = (...times: number[]) => ({
  labels: {},
  values: times.map((time) => [time, 1] as const),
});

test("a gap is where a scrape is missing, and not where one is late", () => {
  expect(gapsOf(at(0, 15, 30.4, 60, 75), 15)).toEqual([{ from: 30.4, seconds: 29.6 }]);
  expect(gapsOf(at(0, 15, 37, 45), 15)).toEqual([]);
});

test("a change of agents is one sample more in a minute, and a pair that is stored twice is many", () => {
  expect(mostWithin(at(0, 15, 30, 37, 52, 67), 60)).toBe(5);
  expect(mostWithin(at(0, 7, 15, 22, 30, 37, 45, 52, 60), 60)).toBe(8);
});

test("a sample is there twice where its time is", () => {
  expect(doublesOf(at(0, 15, 15, 30))).toBe(1);
  expect(doublesOf(at(0, 15, 30))).toBe(0);
});
