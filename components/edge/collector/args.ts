import { z } from "zod";
import { described, name, text } from "../../kit/fields";
import { issueUnless, type Issue, type IssuePath } from "../../kit/issues";
import { listOf } from "../logs/args";

/** Protocol of an additional destination. */
export const EdgeExporterKind = {
  /** OTLP over HTTP. */
  otlp: "otlp",
  /** Splunk's HTTP Event Collector, for logs only. */
  splunk: "splunk",
  /** Dynatrace's OTLP intake. */
  dynatrace: "dynatrace",
} as const;
export type EdgeExporterKind = (typeof EdgeExporterKind)[keyof typeof EdgeExporterKind];

/** Signals that an additional destination can get. */
export const EdgeExporterSignal = {
  /** Logs of pods and of applications. */
  logs: "logs",
  /** Traces that are kept after sampling. */
  traces: "traces",
} as const;
export type EdgeExporterSignal = (typeof EdgeExporterSignal)[keyof typeof EdgeExporterSignal];

/**
 * A destination in addition to the hub. It gets the same data as the hub. It cannot delay the hub
 * for long: data that it has not accepted within a minute is dropped, for this destination only.
 */
export interface EdgeExporterArgs {
  /** Name of the destination. A DNS label; each destination needs another name. */
  name: string;
  /**
   * Protocol of the destination: `otlp` (OTLP over HTTP), `splunk` (HTTP Event Collector, logs
   * only) or `dynatrace` (its OTLP intake).
   */
  kind: EdgeExporterKind;
  /**
   * Address of the destination, with https. For `otlp` and `dynatrace` without `/v1/logs` and
   * `/v1/traces`, for `splunk` with `/services/collector`.
   */
  endpoint: string;
  /**
   * Signals that are sent to the destination. Defaults to logs and traces, for `splunk` to logs.
   */
  signals?: EdgeExporterSignal[];
  /**
   * Name of the Secret with the destination's token. You create it in the namespace of the agents
   * and in that of the node agents. Required, except for `otlp`.
   */
  secretName?: string;
  /** Key of the token in that Secret. Defaults to `token`. */
  secretKey?: string;
  /** For `otlp`: the HTTP header that carries the token. Defaults to `Authorization`. */
  header?: string;
  /** For `splunk`: the index. Defaults to the index of the token. */
  index?: string;
}

/** Limits of `EdgeExporterArgs`, as a list. */
export const edgeExporters = listOf(
  z.strictObject({
    name: name("Name of the destination", "splunk"),
    kind: described(
      z.enum(EdgeExporterKind),
      "Protocol of the destination: otlp (over HTTP), splunk (HTTP Event Collector) or dynatrace",
      "otlp",
    ),
    endpoint: text("Address of the destination, with https", "https://otlp.example.com"),
    signals: described(
      z.array(z.enum(EdgeExporterSignal)).min(1).optional(),
      "Signals that are sent there. Defaults to logs and traces, for splunk to logs.",
      ["logs"],
      "a list of logs, traces",
    ),
    secretName: text(
      "Name of the Secret with the token. You create it in both namespaces of the edge.",
      "splunk",
    ).optional(),
    secretKey: text("Key of the token in that Secret. Defaults to token.", "token").optional(),
    header: text(
      "For otlp: the header that carries the token. Defaults to Authorization.",
      "X-Api-Key",
    ).optional(),
    index: text("For splunk: the index. Defaults to the index of the token.", "main").optional(),
  }),
  "Destinations of logs and traces in addition to the hub",
  {
    name: "splunk",
    kind: "splunk",
    endpoint: "https://splunk.example.com:8088/services/collector",
    secretName: "splunk",
  },
);

export type EdgeExporters = z.output<typeof edgeExporters>;

/** Contradictions between exporters. `logAgent`: the agent that reads the logs of pods. */
export function exporterIssues(exporters: readonly EdgeExporterArgs[], logAgent: string): Issue[] {
  return exporters.flatMap(({ name, kind, endpoint, signals = [], secretName }, index) => {
    const at = (field: keyof EdgeExporterArgs): IssuePath => [index, field];
    const others = exporters.slice(0, index).map((other) => other.name);
    const takesLogs = signals.length === 0 || signals.includes("logs");
    return [
      ...issueUnless(name !== "hub" && !others.includes(name), at("name"), {
        got: name,
        expected: "a name that no other destination has, and not hub",
        example: `${name}-2`,
      }),
      ...issueUnless(URL.canParse(endpoint) && endpoint.startsWith("https://"), at("endpoint"), {
        got: endpoint,
        expected: "an https address",
        example: "https://otlp.example.com",
      }),
      ...issueUnless(kind === "otlp" || Boolean(secretName), at("secretName"), {
        got: secretName,
        expected: `the Secret with the token, which ${kind} asks for`,
        example: "token",
      }),
      ...issueUnless(kind !== "splunk" || !signals.includes("traces"), at("signals"), {
        got: signals,
        expected: "logs alone, since kind is splunk",
        example: ["logs"],
      }),
      ...issueUnless(logAgent === "otel" || !takesLogs, at("signals"), {
        got: signals,
        expected: `traces alone, since logs.agent is ${logAgent}: its logs go to the hub only`,
        example: ["traces"],
      }),
    ];
  });
}
