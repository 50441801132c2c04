import { EDGE_RULES_INFO } from "./metrics";
import type { HubSelector } from "./model";

/** A text between quotes. PromQL escapes as JSON does, for what names consist of. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Matchers of the series that the hub's own pods show. */
export function hubMatchers({ namespace, cluster }: HubSelector): string {
  const matchers = { namespace, ...(cluster !== undefined && { cluster }) };
  return Object.entries(matchers)
    .map(([label, value]) => `${label}=${quoted(value)}`)
    .join(",");
}

/** Series of any of several problems, or of whatever else the label distinguishes. */
export function anyOf(exprs: Readonly<Record<string, string>>, label = "problem"): string {
  return Object.entries(exprs)
    .map(([value, expr]) => `label_replace(${expr}, ${quoted(label)}, ${quoted(value)}, "", "")`)
    .join(" or ");
}

/**
 * One expression for several metrics: series that differ by their name alone would be taken for
 * one.
 */
export function eachOf(metrics: readonly string[], expr: (metric: string) => string): string {
  return anyOf(Object.fromEntries(metrics.map((metric) => [metric, expr(metric)])), "metric");
}

/** Longer than an agent is away. */
const SEEN_BEFORE = "6h";

/**
 * How much a counter has grown. Many appear with their first count, which `increase` does not see.
 */
export function growth(counter: string, window: string): string {
  return `(${counter} unless present_over_time(${counter}[${SEEN_BEFORE}] offset ${window}) or increase(${counter}[${window}]))`;
}

/**
 * Left out of an alert at the hub: edges that evaluate it by themselves, and tell it. At the edge
 * it leaves out nothing, because series there do not have the edge's own labels.
 *
 * @param labels Labels of the alert, the cluster among them.
 */
export function untoldAtEdge(labels: string): string {
  return `unless on (${labels}) ${EDGE_RULES_INFO}{cluster!=""}`;
}
