import {
  type EdgeFacts,
  enabledSources,
  expectedSeries,
  type ExpectedSeries,
  type SourceName,
  totalOf,
} from "@heliograph/heliograph/model";
import { pasteLines } from "../config/notation";
import type { EdgeSection } from "../config/edge-schema";

/** What an edge is expected to send, against what it is sized for. */
export interface SeriesOutput {
  /**
   * By source, before anything is kept or dropped by name. Left out where the inventory does not
   * say how large the cluster is.
   */
  readonly expected?: ExpectedSeries;
  readonly activeSeries: number;
}

export function seriesOf({ sources }: EdgeSection, facts: EdgeFacts): SeriesOutput {
  const { activeSeries, nodes, pods, applicationSeries } = facts;
  if (nodes === undefined || pods === undefined || applicationSeries === undefined)
    return { activeSeries };
  const on: SourceName[] = enabledSources(sources);
  // Applications are found by annotations, by monitors, or by both.
  if (sources.monitors.length > 0 && !on.includes("annotated")) on.push("annotated");
  return { expected: expectedSeries(on, { nodes, pods, applicationSeries }), activeSeries };
}

/** What to say where more is expected than there is room for. */
export function tooManySeries(
  name: string,
  { expected = {}, activeSeries }: SeriesOutput,
): string | undefined {
  const total = totalOf(expected);
  if (total <= activeSeries) return undefined;
  const lines = pasteLines(["hub", "edges", name, "activeSeries"], total).trimEnd();
  return (
    `Edge ${name} is expected to send ${total} series, and its buffer and its tenant's limits are made for ${activeSeries}. Drop metrics ` +
    `(heliograph:edge.sources), or paste into the hub's stack file:\n${lines}`
  );
}
