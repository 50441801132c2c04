import { KEEP_ATTRIBUTE } from "../../contract/names";
import { toSeconds } from "../../kit/duration";

/** How traces are sampled, with every default in place. */
export interface Sampling {
  readonly kind: "tail" | "probabilistic" | "none";
  readonly percentage: number;
  readonly decisionWait: string;
  readonly slowerThan: string;
}

/** Percentage of the traces that are kept although nothing speaks for them. */
export function defaultPercentage(environment: string): number {
  return { dev: 10, stg: 5 }[environment] ?? 1;
}

/** The processors that sample, by their ids, in their order; none where all is kept. */
export function sampler(sampling: Sampling, spansPerSecond: number): Record<string, object> {
  switch (sampling.kind) {
    case "none":
      return {};
    case "probabilistic":
      // It takes `KEEP_ATTRIBUTE` for what it is by itself.
      return { probabilistic_sampler: { sampling_percentage: sampling.percentage } };
    case "tail":
      return { tail_sampling: tailSampling(sampling, spansPerSecond), batch: KEPT };
  }
}

/**
 * What is kept leaves the sampler trace by trace, and the queue behind it writes and syncs its disk
 * for whatever it is given at once: ten times the work of all else together. Elsewhere batches made
 * before the queue would be acknowledged in memory; here that has happened, when the traces started
 * to wait.
 */
const KEPT = { timeout: "200ms", send_batch_size: 1000 } as const;

/**
 * Traces that may wait for their decision at a time: as if each had one span, and three times that,
 * because after an outage they come faster.
 */
export function waitingTraces({ decisionWait }: Sampling, spansPerSecond: number): number {
  return Math.max(10_000, Math.ceil(3 * spansPerSecond * (toSeconds(decisionWait) + 5)));
}

function tailSampling(sampling: Sampling, spansPerSecond: number) {
  const { percentage, decisionWait, slowerThan } = sampling;
  const traces = waitingTraces(sampling, spansPerSecond);
  return {
    decision_wait: decisionWait,
    num_traces: traces,
    // More of them make whoever sends wait. Otherwise the oldest would go without a decision.
    block_on_overflow: true,
    // Spans that come late share the fate of their trace.
    decision_cache: { sampled_cache_size: 10 * traces, non_sampled_cache_size: 10 * traces },
    policies: [
      { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: 1000 * toSeconds(slowerThan) } },
      {
        name: "asked-for",
        type: "numeric_attribute",
        numeric_attribute: { key: KEEP_ATTRIBUTE, min_value: 1, max_value: 2 ** 31 },
      },
      { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: percentage } },
    ],
  } as const;
}
