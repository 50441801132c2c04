import type { EdgeRedactArgs } from "../logs/args";

/** Where traces are sampled, and sent from. */
export const EdgeTraceTier = { gateway: "gateway", agent: "agent" } as const;
export type EdgeTraceTier = (typeof EdgeTraceTier)[keyof typeof EdgeTraceTier];

/** Which traces are kept. */
export const EdgeSampling = { tail: "tail", probabilistic: "probabilistic", none: "none" } as const;
export type EdgeSampling = (typeof EdgeSampling)[keyof typeof EdgeSampling];

export interface EdgeTracesArgs {
  /** Whether the edge takes traces from its applications and sends them. Defaults to true where the hub takes traces. */
  enabled?: boolean;
  /** `gateway`: the nodes' collectors pass spans on to a collector that sees whole traces; `agent`: they send them themselves. Defaults to `gateway`. */
  tier?: EdgeTraceTier;
  /** Collectors of the gateway, each with a volume. Each trace goes to one of them. Defaults to 1. */
  gatewayReplicas?: number;
  /**
   * `tail`: errors, slow traces and those that ask for it (`sampling.priority` above 0) are kept, of the others a percentage; `probabilistic`: a percentage of
   * all; `none`: all are kept. Defaults to `tail` in the gateway, and to `probabilistic` without it.
   */
  sampling?: EdgeSampling;
  /** How many percent are kept. Defaults to 10 where the environment is `dev`, 5 for `stg`, and 1 for all others. */
  samplingPercentage?: number;
  /** How long the spans of a trace are waited for before it is decided on, e.g. `10s`. What is decided is held in memory until then. Defaults to `10s`. */
  decisionWait?: string;
  /** Traces that took longer are kept, e.g. `2s`. Defaults to `2s`. */
  slowerThan?: string;
  /** Whether metrics are made of every span, kept or not: calls, errors, durations, and in the gateway which service calls which. Defaults to true. */
  spanMetrics?: boolean;
  /** Text that is replaced in attributes of spans before they are sent. Defaults to none. */
  redact?: EdgeRedactArgs[];
  /** Disk of each collector of the gateway, as a Kubernetes quantity. Defaults to what outage and rate need. */
  disk?: string;
}
