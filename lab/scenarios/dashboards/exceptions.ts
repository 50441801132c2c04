import type { Signal } from "@heliograph/heliograph";

/** What the lab cannot ask at all. */
export const NOT_ASKED: Readonly<Partial<Record<Signal, string>>> = {
  traces: "the lab's Tempo 1.5 has no TraceQL",
};

interface Exception {
  /** Of `dashboard/panel`. */
  readonly panel: RegExp;
  /** Defaults to every cluster. */
  readonly clusters?: readonly string[];
  readonly why: string;
}

const EXCEPTIONS: readonly Exception[] = [];

/** Why a panel is empty for a cluster of the lab, where that is as it should be. */
export function emptyFor(name: string, cluster: string): string | undefined {
  return EXCEPTIONS.find(
    ({ panel, clusters: only = [cluster] }) => panel.test(name) && only.includes(cluster),
  )?.why;
}
