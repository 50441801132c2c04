/** What an additional destination speaks. */
export const EdgeExporterKind = { otlp: "otlp", splunk: "splunk", dynatrace: "dynatrace" } as const;
export type EdgeExporterKind = (typeof EdgeExporterKind)[keyof typeof EdgeExporterKind];

/** Signals that may go to an additional destination. */
export const EdgeExporterSignal = { logs: "logs", traces: "traces" } as const;
export type EdgeExporterSignal = (typeof EdgeExporterSignal)[keyof typeof EdgeExporterSignal];

/**
 * A destination next to the hub. It gets what the hub gets. It cannot hold up the hub for long: what it did not take within a minute is dropped, for it alone.
 */
export interface EdgeExporterArgs {
  /** Name of the destination. A DNS label. */
  name: string;
  /** What it speaks: `otlp` (OTLP over HTTP), `splunk` (HTTP Event Collector; logs alone), `dynatrace` (its OTLP intake). */
  kind: EdgeExporterKind;
  /** Its https address: for `otlp` and `dynatrace` without `/v1/logs`, `/v1/traces`; for `splunk` with `/services/collector`. */
  endpoint: string;
  /** What goes there. Defaults to logs and traces, for `splunk` to logs. */
  signals?: EdgeExporterSignal[];
  /** Secret with its token, in the namespace of the agents and in that of the node agents. Whoever runs the edge makes it. Required but for `otlp`. */
  secretName?: string;
  /** Key in that Secret. Defaults to `token`. */
  secretKey?: string;
  /** For `otlp`: the header that is the token. Defaults to `Authorization`. */
  header?: string;
  /** For `splunk`: the index. Defaults to the token's. */
  index?: string;
}
