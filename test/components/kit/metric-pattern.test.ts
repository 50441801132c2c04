/**
 * Proves: which patterns are taken. Does not prove: that Prometheus takes the same;
 * test/programs/prometheus-config.test.ts does.
 */
import { describe, expect, it } from "vitest";
import { isMetricPattern } from "../../../components/kit/metric-pattern";

describe("a pattern for names of metrics", () => {
  it.each([
    "up",
    "http_.*",
    "node_(cpu|memory)_.+",
    "job:up:sum",
    "(?:a|b)_[a-z0-9_]+",
    "[^a]b?",
    "a|b",
  ])("may be %s", (pattern) => expect(isMetricPattern(pattern)).toBe(true));

  it.each([
    "",
    "http_*(",
    "(a",
    "a**",
    "a{1,2}",
    "(?=a)",
    "(?!a)",
    "(?<n>a)",
    "\\d+",
    "a b",
    "$1",
    "[]",
    "[^]",
    "*a",
    "ä",
  ])("may not be %j", (pattern) => expect(isMetricPattern(pattern)).toBe(false));
});
