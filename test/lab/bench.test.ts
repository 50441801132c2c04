import { expect, test } from "vitest";
import { median, quantile } from "../../lab/bench/statistics";

test("a quantile is one of the values, and as many values as it says are not above it", () => {
  const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
  expect(quantile(0.95, values)).toBe(10);
  expect(quantile(0.9, values)).toBe(9);
  expect(quantile(0, values)).toBe(1);
  expect(median([3, 1, 2])).toBe(2);
  expect(() => median([])).toThrow("no value");
});
