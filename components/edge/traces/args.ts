import { z } from "zod";
import { described, period, quantity, whole } from "../../kit/fields";
import { issueUnless, type Issue } from "../../kit/issues";
import { redactFields, type EdgeRedactArgs } from "../logs/args";

/** Where traces are sampled and sent from. */
export const EdgeTraceTier = {
  /** In a collector gateway, which sees whole traces. */
  gateway: "gateway",
  /** In the collector of each node. */
  agent: "agent",
} as const;
export type EdgeTraceTier = (typeof EdgeTraceTier)[keyof typeof EdgeTraceTier];

/** Which traces are kept. */
export const EdgeSampling = {
  /**
   * Errors, slow traces and requested traces, and a percentage of the others. Only in the collector
   * gateway.
   */
  tail: "tail",
  /** A percentage of all traces. */
  probabilistic: "probabilistic",
  /** All traces: nothing is sampled. */
  none: "none",
} as const;
export type EdgeSampling = (typeof EdgeSampling)[keyof typeof EdgeSampling];

/** How an edge collects and samples the traces of applications. */
export interface EdgeTracesArgs {
  /**
   * Whether the edge receives traces from its applications and sends them. Defaults to true if the
   * hub stores traces.
   */
  enabled?: boolean;
  /**
   * `gateway`: the collectors of the nodes pass spans on to a collector gateway that sees whole
   * traces. `agent`: they send to the hub themselves. Defaults to `gateway`.
   */
  tier?: EdgeTraceTier;
  /**
   * Number of pods of the collector gateway, 1 to 20, each with a volume. All spans of a trace go
   * to the same pod. Defaults to 1.
   */
  gatewayReplicas?: number;
  /**
   * `tail`: errors, slow traces and traces that request it (attribute `sampling.priority` above 0)
   * are kept, and a percentage of the others. `probabilistic`: a percentage of all traces is kept.
   * `none`: all are kept. Defaults to `tail` with the collector gateway, and to `probabilistic`
   * without it.
   */
  sampling?: EdgeSampling;
  /**
   * Percentage of traces to keep, 0 to 100. Defaults to 10 in the environment `dev`, 5 in `stg`, 1
   * in others.
   */
  samplingPercentage?: number;
  /**
   * Time that the sampler waits for the spans of a trace, as a duration. It holds them in memory
   * until then. Defaults to `10s`.
   */
  decisionWait?: string;
  /** Duration above which a trace is slow and therefore kept. Defaults to `2s`. */
  slowerThan?: string;
  /**
   * Whether metrics are derived from all spans, before sampling: calls, errors and durations, and
   * in the collector gateway also which service calls which. Defaults to true.
   */
  spanMetrics?: boolean;
  /** Text that is replaced in attributes of spans before they are sent. Defaults to none. */
  redact?: EdgeRedactArgs[];
  /**
   * Disk of each pod of the collector gateway, as a Kubernetes quantity. Defaults to the size that
   * is derived from outage and rate.
   */
  disk?: string;
}

/** Limits and defaults of `EdgeTracesArgs`. */
export const edgeTraces = described(
  z
    .strictObject({
      enabled: described(
        z.boolean().default(true),
        "Whether the edge receives traces of applications and sends them, if the hub stores traces",
        false,
        "true or false",
      ),
      tier: described(
        z.enum(EdgeTraceTier).default("gateway"),
        "Where traces are sampled: gateway (in the collector gateway, which sees whole traces) or " +
          "agent (in the collector of each node)",
        "gateway",
      ),
      gatewayReplicas: whole(
        "Number of pods of the collector gateway, each with a volume",
        [1, 20],
        2,
      ).default(1),
      sampling: described(
        z.enum(EdgeSampling).optional(),
        "Which traces are kept: tail (errors, slow ones and a percentage of the others), " +
          "probabilistic (a percentage) or none (all). Defaults to tail, with tier agent to " +
          "probabilistic.",
        "tail",
      ),
      samplingPercentage: described(
        z.number().min(0).max(100).optional(),
        "Percentage of traces to keep. Defaults to 10 in the environment dev, 5 in stg, 1 in others.",
        5,
        "a number from 0 to 100",
      ),
      decisionWait: period(
        "Time that the sampler waits for the spans of a trace. It holds them in memory until then.",
        "10s",
      ).default("10s"),
      slowerThan: period("Duration above which a trace is slow and therefore kept", "2s").default(
        "2s",
      ),
      spanMetrics: described(
        z.boolean().default(true),
        "Whether metrics are derived from all spans, before sampling: calls, errors, durations, " +
          "and which service calls which",
        false,
        "true or false",
      ),
      redact: redactFields("Text that is replaced in attributes of spans before they are sent"),
      disk: quantity(
        "Disk of each pod of the collector gateway. Defaults to the size that is derived from " +
          "outage and rate.",
        "10Gi",
      ).optional(),
    })
    .prefault({}),
  "Traces of applications",
  { samplingPercentage: 5 },
);

export type EdgeTraces = z.output<typeof edgeTraces>;

/** Contradictions between values that are each well-formed. */
export function traceIssues({ tier, sampling }: EdgeTracesArgs): Issue[] {
  return issueUnless(tier !== "agent" || sampling !== "tail", ["sampling"], {
    got: sampling,
    expected:
      "probabilistic or none, since tier is agent: the collector of a node does not see whole traces",
    example: "probabilistic",
  });
}
