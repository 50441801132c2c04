import type { Alert, RecordingRule } from "../types";
import type { Thresholds } from "./thresholds";

/** Labels of the edge that every rule of workloads keeps: clusters and tenants never mix. */
export const EDGE = "cluster, environment, tenant_id";

/** Rules about one subject: one group. Alerts come after what they ask for is recorded. */
export interface Subject {
  /** Name of the group. */
  readonly name: string;
  readonly recordings: readonly RecordingRule[];
  /** `of` selects the series of those edges for which the thresholds hold. */
  alerts(thresholds: Thresholds, of: Selector): Alert[];
}

/** A selector: `of("up", 'job="kubelet"')`. */
export type Selector = (series: string, matchers?: string) => string;

/** One series by the edge and these labels, whichever target or restarted exporter told it. */
export function maxBy(labels: string, expr: string): string {
  return `max by (${EDGE}, ${labels}) (${expr})`;
}

export function sumBy(labels: string, expr: string): string {
  return `sum by (${[EDGE, labels].filter(Boolean).join(", ")}) (${expr})`;
}

export function on(labels: string): string {
  return `on (${EDGE}, ${labels})`;
}

/** Where something is, for the summaries of alerts. */
export const IN_CLUSTER = "in cluster {{ $labels.cluster }}";
export const percent = (ratio: number) => `${Number((ratio * 100).toFixed(2))} %`;
