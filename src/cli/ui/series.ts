import { totalOf } from "@heliograph/heliograph/model";
import type { SeriesOutput } from "../../stacks/series";

/** `series expected: 193,300 of 200,000 (kubelet 15,000, cadvisor 22,500)` */
export function seriesLine({ expected, activeSeries }: SeriesOutput): string {
  const room = activeSeries.toLocaleString("en");
  if (!expected)
    return (
      `series: made for ${room}; ` +
      "how many are expected is told where the edge's entry has nodes and pods"
    );
  const parts = Object.entries(expected).map(
    ([source, series]) => `${source} ${series.toLocaleString("en")}`,
  );
  const total = totalOf(expected).toLocaleString("en");
  return `series expected: ${total} of ${room} (${parts.join(", ")})`;
}
