import { z } from "zod";
import { described, quantity, text } from "../../kit/fields";
import { isLinePattern, LINE_PATTERN_EXPECTED } from "../../kit/line-pattern";

/** The agent that reads the logs of pods. */
export const EdgeLogAgent = {
  otel: "otel",
  promtail: "promtail",
  fluentBit: "fluent-bit",
} as const;
export type EdgeLogAgent = (typeof EdgeLogAgent)[keyof typeof EdgeLogAgent];

/** The pods to which a rule for logs applies. */
export interface EdgeLogSelectorArgs {
  /** Namespace of the pods. Defaults to all. */
  namespace?: string;
  /** Name of the container. Defaults to all. */
  container?: string;
}

/** Containers whose entries have several lines, such as stack traces. */
export interface EdgeMultilineArgs extends EdgeLogSelectorArgs {
  /**
   * Regular expression (RE2) that the first line of an entry matches from its start, e.g.
   * `\d{4}-\d{2}-\d{2}`. Lines up to the next one join it.
   */
  firstLine: string;
}

/** Lines that are not sent. */
export interface EdgeLogDropArgs extends EdgeLogSelectorArgs {
  /** Regular expression (RE2); a line in which it is found is dropped. */
  pattern: string;
}

/** Text that does not leave the edge. */
export interface EdgeRedactArgs {
  /** Regular expression (RE2); whatever matches is replaced. */
  pattern: string;
  /** The text that replaces it. Defaults to `***`. */
  replacement?: string;
}

/** Logs of pods. */
export interface EdgeLogsArgs {
  /** Whether logs of pods are sent. Defaults to true where the hub takes logs. */
  enabled?: boolean;
  /**
   * The agent that reads them: `otel` (the OpenTelemetry collector), `promtail` or `fluent-bit`.
   * All send the same labels. Promtail had its last release in March 2026. Defaults to `otel`.
   */
  agent?: EdgeLogAgent;
  /**
   * Disk that the queue may take on each node, as a Kubernetes quantity. Defaults to what outage,
   * rate and nodes need.
   */
  disk?: string;
  /** Containers whose entries have several lines. Defaults to none: every line is an entry. */
  multiline?: EdgeMultilineArgs[];
  /** Lines that are not sent. Defaults to none. */
  drop?: EdgeLogDropArgs[];
  /** Text that is replaced before it is sent. Defaults to none. */
  redact?: EdgeRedactArgs[];
}

const pattern = (what: string, example: string) =>
  described(z.string().refine(isLinePattern), `${what}: ${LINE_PATTERN_EXPECTED}`, example);

export const listOf = <T extends z.ZodType>(rule: T, what: string, example: unknown) =>
  described(z.array(described(rule, what, example)).default([]), `${what}: a list`, [example]);

/** Limits of `EdgeRedactArgs`, as a list. */
export const redactFields = (what: string) =>
  listOf(
    z.strictObject({
      pattern: pattern("What is replaced", "card=\\d+"),
      replacement: text("What stands there instead; *** where left out", "card=***").optional(),
    }),
    what,
    { pattern: "card=\\d+", replacement: "card=***" },
  );

const selector = {
  namespace: text("Namespace of the pods; all where left out", "web").optional(),
  container: text("Name of the container; all where left out", "app").optional(),
};

/** Limits and defaults of `EdgeLogsArgs`. */
export const edgeLogs = described(
  z
    .strictObject({
      enabled: described(
        z.boolean().default(true),
        "Whether logs of pods are sent, where the hub takes them: true or false",
        false,
      ),
      agent: described(
        z.enum(EdgeLogAgent).default("otel"),
        "The program that reads them: otel, promtail (its last release was in March 2026) or fluent-bit",
        "otel",
      ),
      disk: quantity(
        "Disk that the queue may take on each node, instead of the derived size",
        "10Gi",
      ).optional(),
      multiline: listOf(
        z.strictObject({
          ...selector,
          firstLine: pattern("What the first line of an entry begins with", "\\d{4}-\\d{2}"),
        }),
        "Containers whose entries have several lines",
        { namespace: "web", firstLine: "\\d{4}-\\d{2}" },
      ),
      drop: listOf(
        z.strictObject({
          ...selector,
          pattern: pattern("What is found in a line that is not sent", "GET /healthz"),
        }),
        "Lines that are not sent",
        { pattern: "GET /healthz" },
      ),
      redact: redactFields("Text that is replaced in lines before they are sent"),
    })
    .prefault({}),
  "Logs of pods",
  { agent: "otel" },
);

export type EdgeLogs = z.output<typeof edgeLogs>;
