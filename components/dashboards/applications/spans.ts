import { TRACE_METRICS } from "../../contract/names";
import { type Scope, scope } from "../kit/scope";

/** Span metrics keep OpenTelemetry's name for a namespace. */
export const BY_SERVICE: Scope = scope(
  "tenant",
  "environment",
  "region",
  "cluster",
  "namespace",
  "service",
).with({ namespace: "k8s_namespace_name" });

/** Spans that answer somebody: what a service is asked, not what it asks of others. */
const ANSWERS = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';
const FAILED = 'status_code="STATUS_CODE_ERROR"';

interface Red {
  readonly requests: string;
  readonly errors: string;
  /** Buckets of durations. */
  readonly durations: string;
}

/** Requests, errors and durations, counted of all spans before they are sampled. */
export function red({ series }: Scope, window = "$__rate_interval"): Red {
  const rate = (metric: string, ...more: string[]) =>
    `rate(${series(metric, [ANSWERS, ...more].join(","))}[${window}])`;
  return {
    requests: rate(TRACE_METRICS.calls),
    errors: rate(TRACE_METRICS.calls, FAILED),
    durations: rate(TRACE_METRICS.durations),
  };
}

/** A quantile of durations by labels. */
export const quantile = (of: number, by: string, durations: string) =>
  `histogram_quantile(${of}, sum by (${by}, le) (${durations}))`;
/** Errors of all requests; nothing where there are no requests. */
export const errorShare = (by: string, { errors, requests }: Red) =>
  `(sum by (${by}) (${errors}) or 0 * sum by (${by}) (${requests})) / (sum by (${by}) (${requests}) > 0)`;
