/** What reads the logs of pods. */
export const EdgeLogAgent = {
  otel: "otel",
  promtail: "promtail",
  fluentBit: "fluent-bit",
} as const;
export type EdgeLogAgent = (typeof EdgeLogAgent)[keyof typeof EdgeLogAgent];

/** Where a rule for logs holds. */
export interface EdgeLogSelectorArgs {
  /** Namespace of the pods. Defaults to all. */
  namespace?: string;
  /** Name of the container. Defaults to all. */
  container?: string;
}

/** Containers whose entries have several lines, such as stack traces. */
export interface EdgeMultilineArgs extends EdgeLogSelectorArgs {
  /** Regular expression (RE2) that the first line of an entry matches from its start, e.g. `\d{4}-\d{2}-\d{2}`. Lines up to the next one join it. */
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
  /** What stands there instead. Defaults to `***`. */
  replacement?: string;
}

export interface EdgeLogsArgs {
  /** Whether logs of pods are sent. Defaults to true where the hub takes logs. */
  enabled?: boolean;
  /**
   * Which program reads them: `otel` (the OpenTelemetry collector), `promtail` or `fluent-bit`. All send the same labels. Promtail had its last release in
   * March 2026. Defaults to `otel`.
   */
  agent?: EdgeLogAgent;
  /** Disk that the queue may take on each node, as a Kubernetes quantity. Defaults to what outage, rate and nodes need. */
  disk?: string;
  /** Containers whose entries have several lines. Defaults to none: every line is an entry. */
  multiline?: EdgeMultilineArgs[];
  /** Lines that are not sent. Defaults to none. */
  drop?: EdgeLogDropArgs[];
  /** Text that is replaced before it is sent. Defaults to none. */
  redact?: EdgeRedactArgs[];
}
