import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../../contract/names";
import { SOURCES } from "../../contract/sources";
import { DURATION, toSeconds } from "../../kit/duration";
import { isMetricPattern, METRIC_PATTERN_EXPECTED } from "../../kit/metric-pattern";
import type { Problem } from "../../kit/problems";
import {
  EdgeMonitorKind,
  EdgeMonitorScheme,
  type EdgeMonitorArgs,
  type EdgeSourcesArgs,
} from "./sources";

/** Queries look back 5 minutes: what is scraped more seldom has gaps. */
const LONGEST_INTERVAL_SECONDS = 300;

interface Filter {
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly sampleLimit?: number;
}

export function sourceProblems({ monitors = [], ...sources }: EdgeSourcesArgs): Problem[] {
  return [
    ...SOURCES.flatMap((name) => filterProblems(`sources.${name}`, sources[name] ?? {})),
    ...monitors.flatMap((monitor, index) => [
      ...monitorProblems(`sources.monitors[${index}]`, monitor, monitors.slice(0, index)),
      ...filterProblems(`sources.monitors[${index}]`, monitor),
    ]),
  ];
}

function filterProblems(path: string, { sampleLimit, ...filter }: Filter): Problem[] {
  const lists = (["keep", "drop"] as const).flatMap((list) => {
    const patterns = filter[list];
    if (patterns === undefined || (patterns.length > 0 && patterns.every(isMetricPattern)))
      return [];
    const got = patterns.find((pattern) => !isMetricPattern(pattern)) ?? patterns;
    return [
      problem(`${path}.${list}`, got, METRIC_PATTERN_EXPECTED, [
        "http_requests_total",
        "process_.*",
      ]),
    ];
  });
  const whole = sampleLimit === undefined || (Number.isInteger(sampleLimit) && sampleLimit > 0);
  return [
    ...lists,
    ...unless(whole, `${path}.sampleLimit`, sampleLimit, "a whole number above 0", 50_000),
  ];
}

function monitorProblems(
  path: string,
  monitor: EdgeMonitorArgs,
  before: readonly EdgeMonitorArgs[],
): Problem[] {
  const { name, kind, matchLabels, port, path: metrics, scheme, interval } = monitor;
  const known = (values: object, value: string | undefined) =>
    value === undefined || value in values;
  const oftenEnough =
    interval === undefined ||
    (DURATION.test(interval) && toSeconds(interval) <= LONGEST_INTERVAL_SECONDS);
  const alone = !before.some((other) => other.name === name);
  return [
    ...unless(DNS_LABEL.test(name), `${path}.name`, name, DNS_LABEL_EXPECTED, "checkout"),
    ...unless(alone, `${path}.name`, name, "a name that no other monitor has", `${name}-2`),
    ...unless(known(EdgeMonitorKind, kind), `${path}.kind`, kind, "pod or service", "pod"),
    ...unless(
      Object.keys(matchLabels).length > 0,
      `${path}.matchLabels`,
      matchLabels,
      "at least one label",
      {
        app: "x",
      },
    ),
    ...unless(port !== "", `${path}.port`, port, "the name of a port", "metrics"),
    ...unless(
      metrics?.startsWith("/") ?? true,
      `${path}.path`,
      metrics,
      "a path that starts with /",
      "/metrics",
    ),
    ...unless(known(EdgeMonitorScheme, scheme), `${path}.scheme`, scheme, "http or https", "https"),
    ...unless(oftenEnough, `${path}.interval`, interval, "a duration of at most 5m", "30s"),
  ];
}

function unless(
  good: boolean,
  path: string,
  got: unknown,
  expected: string,
  example: unknown,
): Problem[] {
  return good ? [] : [problem(path, got, expected, example)];
}

function problem(path: string, got: unknown, expected: string, example: unknown): Problem {
  return { path, got, expected, paste: `${path.split(".").at(-1)}: ${JSON.stringify(example)}` };
}
