import { z } from "zod";
import { described, period, quantity, whole } from "../../kit/fields";
import { issueUnless, type Issue } from "../../kit/issues";
import { redactFields, type EdgeRedactArgs } from "../logs/args";

/** Where traces are sampled, and sent from. */
export const EdgeTraceTier = { gateway: "gateway", agent: "agent" } as const;
export type EdgeTraceTier = (typeof EdgeTraceTier)[keyof typeof EdgeTraceTier];

/** Which traces are kept. */
export const EdgeSampling = { tail: "tail", probabilistic: "probabilistic", none: "none" } as const;
export type EdgeSampling = (typeof EdgeSampling)[keyof typeof EdgeSampling];

/** Traces of applications. */
export interface EdgeTracesArgs {
  /**
   * Whether the edge takes traces from its applications and sends them. Defaults to true where the
   * hub takes traces.
   */
  enabled?: boolean;
  /**
   * `gateway`: the nodes' collectors pass spans on to a collector that sees whole traces; `agent`:
   * they send them themselves. Defaults to `gateway`.
   */
  tier?: EdgeTraceTier;
  /**
   * Collectors of the collector gateway, each with a volume. Each trace goes to one. Defaults to 1.
   */
  gatewayReplicas?: number;
  /**
   * `tail`: errors, slow traces and those that ask for it (`sampling.priority` above 0) are kept,
   * of the others a percentage; `probabilistic`: a percentage of all; `none`: all are kept.
   * Defaults to `tail` in the collector gateway, and to `probabilistic` without it.
   */
  sampling?: EdgeSampling;
  /**
   * How many percent are kept. Defaults to 10 in the environment `dev`, 5 in `stg`, 1 in others.
   */
  samplingPercentage?: number;
  /**
   * How long the sampler waits for the spans of a trace, e.g. `10s`. It holds them in memory until
   * then. Defaults to `10s`.
   */
  decisionWait?: string;
  /** Traces that took longer are kept, e.g. `2s`. Defaults to `2s`. */
  slowerThan?: string;
  /**
   * Whether metrics are made of every span, kept or not: calls, errors, durations, and in the
   * collector gateway which service calls which. Defaults to true.
   */
  spanMetrics?: boolean;
  /** Text that is replaced in attributes of spans before they are sent. Defaults to none. */
  redact?: EdgeRedactArgs[];
  /**
   * Disk of each collector of the collector gateway, as a Kubernetes quantity. Defaults to what
   * outage and rate need.
   */
  disk?: string;
}

/** Limits and defaults of `EdgeTracesArgs`. */
export const edgeTraces = described(
  z
    .strictObject({
      enabled: described(
        z.boolean().default(true),
        "Whether traces of applications are sent, where the hub takes them: true or false",
        false,
      ),
      tier: described(
        z.enum(EdgeTraceTier).default("gateway"),
        "Where they are sampled: gateway (collectors that see whole traces) or agent (the collector of each node)",
        "gateway",
      ),
      gatewayReplicas: whole("Collectors of the gateway, each with a volume", [1, 20], 2).default(
        1,
      ),
      sampling: described(
        z.enum(EdgeSampling).optional(),
        "Which are kept: tail (errors, slow ones and a share of the others), probabilistic (a share) or none (all); tail where left out, without the gateway probabilistic",
        "tail",
      ),
      samplingPercentage: described(
        z.number().min(0).max(100).optional(),
        "How many percent are kept: a number from 0 to 100; 10 for dev, 5 for stg, else 1 where left out",
        5,
      ),
      decisionWait: period(
        "How long the spans of a trace are waited for before it is decided on",
        "10s",
      ).default("10s"),
      slowerThan: period("Traces that took longer are kept", "2s").default("2s"),
      spanMetrics: described(
        z.boolean().default(true),
        "Whether metrics are made of all spans, of calls, errors, durations and which service calls which: true or false",
        false,
      ),
      redact: redactFields("Text that is replaced in attributes of spans before they are sent"),
      disk: quantity(
        "Disk of each collector of the gateway, instead of the derived size",
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
