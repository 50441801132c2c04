import { z } from "zod";
import { DURATION, toSeconds } from "../../../kit/duration";
import { described, duration, name, text, whole } from "../../../kit/fields";
import { issueUnless, type Issue } from "../../../kit/issues";
import { isMetricPattern, METRIC_PATTERN_EXPECTED } from "../../../kit/metric-pattern";

/** Settings of a source of metrics. */
export interface EdgeSourceArgs {
  /** Whether the source is scraped. Defaults to true, for `dcgm` to false. */
  enabled?: boolean;
  /**
   * Metrics to keep, as a list of names or of regular expressions (RE2) for whole names. Defaults
   * to all metrics, for `dcgm` to a list of the most useful ones.
   */
  keep?: string[];
  /**
   * Metrics to drop, after `keep`, as a list of names or of regular expressions (RE2) for whole
   * names. Defaults to none.
   */
  drop?: string[];
}

/** Settings for pods and services that ask for a scrape by annotation. */
export interface EdgeAnnotatedArgs {
  /** Whether they are scraped. Defaults to true. */
  enabled?: boolean;
  /**
   * Metrics to keep, as a list of names or of regular expressions (RE2) for whole names. Defaults
   * to all metrics.
   */
  keep?: string[];
  /**
   * Metrics to drop, after `keep`, as a list of names or of regular expressions (RE2) for whole
   * names. Defaults to none.
   */
  drop?: string[];
  /**
   * Largest number of samples of one target in a scrape. If a target has more, nothing of the
   * scrape is stored, and `up` is 0. It protects the tenant's limit of series from a single target,
   * and should be well above what targets have. Defaults to none.
   */
  sampleLimit?: number;
}

/** What a monitor selects by labels. */
export const EdgeMonitorKind = {
  /** Pods, by their own labels. */
  pod: "pod",
  /** Pods of a Service, by the labels of the Service. */
  service: "service",
} as const;
export type EdgeMonitorKind = (typeof EdgeMonitorKind)[keyof typeof EdgeMonitorKind];

/** Protocol with which a target is scraped. */
export const EdgeMonitorScheme = {
  /** HTTP. */
  http: "http",
  /** HTTPS. The certificate is not verified. */
  https: "https",
} as const;
export type EdgeMonitorScheme = (typeof EdgeMonitorScheme)[keyof typeof EdgeMonitorScheme];

/**
 * Targets that are selected by labels, as in a PodMonitor or ServiceMonitor, for workloads without
 * annotations.
 */
export interface EdgeMonitorArgs {
  /** Name of the monitor, and the label `job` of its metrics. A DNS label. */
  name: string;
  /**
   * Whether pods are selected by their own labels (`pod`) or by the labels of their Service
   * (`service`).
   */
  kind: EdgeMonitorKind;
  /** Labels that the pod or the Service must have, at least one. */
  matchLabels: Record<string, string>;
  /**
   * Name of the port: for `pod` the name of the container's port, for `service` of the Service's
   * port.
   */
  port: string;
  /** Namespaces in which to look for targets. Defaults to all. */
  namespaces?: string[];
  /** Path of the metrics. Defaults to `/metrics`. */
  path?: string;
  /**
   * Protocol: `http` or `https`. The certificate is not verified, and no secret is sent. Defaults
   * to `http`.
   */
  scheme?: EdgeMonitorScheme;
  /**
   * Time between two scrapes, as a duration, e.g. `30s`. At most `5m`, because queries look back 5
   * minutes. Defaults to the edge's `scrapeInterval`.
   */
  interval?: string;
  /**
   * Metrics to keep, as a list of names or of regular expressions (RE2) for whole names. Defaults
   * to all metrics.
   */
  keep?: string[];
  /**
   * Metrics to drop, after `keep`, as a list of names or of regular expressions (RE2) for whole
   * names. Defaults to none.
   */
  drop?: string[];
  /**
   * Largest number of samples of one target in a scrape. If a target has more, nothing of the
   * scrape is stored, and `up` is 0. Defaults to none.
   */
  sampleLimit?: number;
}

const patterns = (what: string, example: string) =>
  described(
    z
      .array(described(z.string().refine(isMetricPattern), METRIC_PATTERN_EXPECTED, example))
      .min(1)
      .optional(),
    what,
    [example],
    "a list of names, or of regular expressions for whole names",
  );

/** `kept`: what is kept by default, as a noun phrase. */
export const metricFilterFields = (example: string, kept = "all metrics") => ({
  keep: patterns(
    "Metrics to keep. Give their names, or regular expressions (RE2) for whole names. " +
      `Defaults to ${kept}.`,
    example,
  ),
  drop: patterns(
    "Metrics to drop, after `keep`. Give their names, or regular expressions (RE2) for whole " +
      "names. Defaults to none.",
    example,
  ),
});

export const sampleLimitField = {
  sampleLimit: whole(
    "Largest number of samples of one target in a scrape. If a target has more, nothing of the " +
      "scrape is stored. Defaults to none.",
    [1, 10_000_000],
    50_000,
  ).optional(),
};

/** Limits of `EdgeMonitorArgs`. */
export const monitorFields = described(
  z.strictObject({
    name: name("Name of the monitor, and the label `job` of its metrics", "checkout"),
    kind: described(
      z.enum(["pod", "service"]),
      "Whether pods are selected by their own labels (pod) or by the labels of their Service " +
        "(service)",
      "pod",
    ),
    matchLabels: described(
      z.record(z.string().min(1), z.string()).refine((labels) => Object.keys(labels).length > 0),
      "Labels that the pod or the Service must have, at least one",
      { "app.kubernetes.io/name": "checkout" },
      "a map of text to text",
    ),
    port: text("Name of the port", "metrics"),
    namespaces: described(
      z.array(name("A namespace", "shop")).min(1).optional(),
      "Namespaces in which to look for targets. Defaults to all.",
      ["shop"],
      "a list",
    ),
    path: described(
      z.string().regex(/^\//).optional(),
      "Path of the metrics, starting with /. Defaults to /metrics.",
      "/metrics",
    ),
    scheme: described(
      z.enum(["http", "https"]).optional(),
      "Protocol of the scrape. The certificate is not verified. Defaults to http.",
      "https",
      "http or https",
    ),
    interval: duration(
      "Time between two scrapes, at most 5m, because queries look back 5 minutes. " +
        "Defaults to the edge's scrapeInterval.",
      "30s",
    ).optional(),
    ...metricFilterFields("http_.*"),
    ...sampleLimitField,
  }),
  "Pods or services that are selected by labels",
  {
    name: "checkout",
    kind: "pod",
    matchLabels: { "app.kubernetes.io/name": "checkout" },
    port: "metrics",
  },
);

/** Queries look back 5 minutes: a series that is scraped less often has gaps. */
const LONGEST_INTERVAL_SECONDS = 300;

/** Contradictions between monitors that are each well-formed. Paths start at the monitors. */
export function monitorIssues(
  monitors: readonly { readonly name: string; readonly interval?: string | undefined }[],
): Issue[] {
  return monitors.flatMap(({ name, interval }, index) => {
    const first = monitors.findIndex((other) => other.name === name) === index;
    const oftenEnough =
      interval === undefined ||
      !DURATION.test(interval) ||
      toSeconds(interval) <= LONGEST_INTERVAL_SECONDS;
    return [
      ...issueUnless(first, [index, "name"], {
        got: name,
        expected: "a name that no other monitor has",
        example: `${name}-${index}`,
      }),
      ...issueUnless(oftenEnough, [index, "interval"], {
        got: interval,
        expected: "at most 5m: queries look back so far",
        example: "5m",
      }),
    ];
  });
}
