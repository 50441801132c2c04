import type { HubPlace } from "./model";

/** A text between quotes. PromQL escapes as JSON does, for what names consist of. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Matchers of the series that the hub's own pods show. */
export function hubMatchers({ namespace, cluster }: HubPlace): string {
  const matchers = { namespace, ...(cluster !== undefined && { cluster }) };
  return Object.entries(matchers)
    .map(([label, value]) => `${label}=${quoted(value)}`)
    .join(",");
}

/** Series of any of several kinds of trouble; the label `problem` says which. */
export function anyOf(problems: Readonly<Record<string, string>>): string {
  return Object.entries(problems)
    .map(([problem, expr]) => `label_replace(${expr}, "problem", ${quoted(problem)}, "", "")`)
    .join(" or ");
}
