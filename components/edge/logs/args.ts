import { z } from "zod";
import { described, quantity, text } from "../../kit/fields";
import { isLinePattern, LINE_PATTERN_EXPECTED } from "../../kit/line-pattern";

/** Agents that can read the logs of pods. */
export const EdgeLogAgent = {
  /** The OpenTelemetry Collector. */
  otel: "otel",
  /** Grafana Promtail. Its last release was in March 2026. */
  promtail: "promtail",
  /** Fluent Bit. */
  fluentBit: "fluent-bit",
} as const;
export type EdgeLogAgent = (typeof EdgeLogAgent)[keyof typeof EdgeLogAgent];

/** The pods to which a rule for logs applies. */
export interface EdgeLogSelectorArgs {
  /** Namespace of the pods. Defaults to all namespaces. */
  namespace?: string;
  /** Name of the container. Defaults to all containers. */
  container?: string;
}

/** Containers that write entries of several lines, such as stack traces. */
export interface EdgeMultilineArgs extends EdgeLogSelectorArgs {
  /**
   * Regular expression (RE2) that matches the first line of an entry from its start, e.g.
   * `\d{4}-\d{2}-\d{2}`. All lines up to the next match belong to the entry.
   */
  firstLine: string;
}

/** Log lines that are not sent. */
export interface EdgeLogDropArgs extends EdgeLogSelectorArgs {
  /** Regular expression (RE2). Lines that contain a match are dropped. */
  pattern: string;
}

/** Text that must not leave the edge. */
export interface EdgeRedactArgs {
  /** Regular expression (RE2). Every match is replaced. */
  pattern: string;
  /** Text that replaces a match. Defaults to `***`. */
  replacement?: string;
}

/** How an edge collects the logs of pods. */
export interface EdgeLogsArgs {
  /** Whether logs of pods are sent. Defaults to true if the hub stores logs. */
  enabled?: boolean;
  /**
   * Agent that reads the logs: `otel` (the OpenTelemetry Collector), `promtail` or `fluent-bit`.
   * All of them send the same labels. The last release of Promtail was in March 2026. Defaults to
   * `otel`.
   */
  agent?: EdgeLogAgent;
  /**
   * Largest size of the queue on each node's disk, as a Kubernetes quantity. Defaults to the size
   * that is derived from outage, rate and nodes.
   */
  disk?: string;
  /** Containers that write entries of several lines. Defaults to none: every line is an entry. */
  multiline?: EdgeMultilineArgs[];
  /** Log lines that are not sent. Defaults to none. */
  drop?: EdgeLogDropArgs[];
  /** Text that is replaced in log lines before they are sent. Defaults to none. */
  redact?: EdgeRedactArgs[];
}

const pattern = (what: string, example: string) =>
  described(z.string().refine(isLinePattern), what, example, LINE_PATTERN_EXPECTED);

export const listOf = <T extends z.ZodType>(rule: T, what: string, example: unknown) =>
  described(z.array(described(rule, what, example)).default([]), what, [example], "a list");

/** Limits of `EdgeRedactArgs`, as a list. */
export const redactFields = (what: string) =>
  listOf(
    z.strictObject({
      pattern: pattern("Pattern of the text to replace", "card=\\d+"),
      replacement: text("Text that replaces a match. Defaults to ***.", "card=***").optional(),
    }),
    what,
    { pattern: "card=\\d+", replacement: "card=***" },
  );

const selector = {
  namespace: text("Namespace of the pods. Defaults to all namespaces.", "web").optional(),
  container: text("Name of the container. Defaults to all containers.", "app").optional(),
};

/** Limits and defaults of `EdgeLogsArgs`. */
export const edgeLogs = described(
  z
    .strictObject({
      enabled: described(
        z.boolean().default(true),
        "Whether logs of pods are sent, if the hub stores logs",
        false,
        "true or false",
      ),
      agent: described(
        z.enum(EdgeLogAgent).default("otel"),
        "Agent that reads the logs: otel (the OpenTelemetry Collector), promtail (its last release " +
          "was in March 2026) or fluent-bit",
        "otel",
      ),
      disk: quantity(
        "Largest size of the queue on each node's disk. Defaults to the size that is derived from " +
          "outage, rate and nodes.",
        "10Gi",
      ).optional(),
      multiline: listOf(
        z.strictObject({
          ...selector,
          firstLine: pattern(
            "Pattern with which the first line of an entry starts",
            "\\d{4}-\\d{2}",
          ),
        }),
        "Containers that write entries of several lines",
        { namespace: "web", firstLine: "\\d{4}-\\d{2}" },
      ),
      drop: listOf(
        z.strictObject({
          ...selector,
          pattern: pattern("Pattern of the lines that are not sent", "GET /healthz"),
        }),
        "Log lines that are not sent",
        { pattern: "GET /healthz" },
      ),
      redact: redactFields("Text that is replaced in log lines before they are sent"),
    })
    .prefault({}),
  "Logs of pods",
  { agent: "otel" },
);

export type EdgeLogs = z.output<typeof edgeLogs>;
