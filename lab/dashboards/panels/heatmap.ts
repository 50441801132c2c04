import type { Html } from "../../../src/cli/commands/verify/page/html";
import type { TimeRange } from "../../scenarios/dashboards/answers.js";
import type { GrafanaPanel } from "../grafana.js";
import type { NamedSeries } from "../series.js";
import { formatted } from "../units.js";
import { escaped, HEIGHT, timeChart, timeScale } from "./chart.js";

/** How often a value was in which bucket: the more often, the darker. */
export function heatmap(
  { fieldConfig }: GrafanaPanel,
  series: readonly NamedSeries[],
  over: TimeRange,
): Html {
  const { unit } = fieldConfig?.defaults ?? {};
  const buckets = series
    .map(({ labels, points }) => ({ le: Number(labels.le ?? "+Inf"), values: new Map(points) }))
    .map((bucket) => ({ ...bucket, le: Number.isNaN(bucket.le) ? Infinity : bucket.le }))
    .sort((a, b) => a.le - b.le);
  const x = timeScale(over);
  const height = HEIGHT / Math.max(1, buckets.length);
  const width = x(over.step * 1000) - x(0);
  const cells = buckets.flatMap(({ le, values }, row) =>
    [...values].map(([at, value]) => {
      // Buckets of Prometheus hold what is in those below, too.
      const own = Math.max(0, value - (buckets[row - 1]?.values.get(at) ?? 0));
      return { le, at, own, y: HEIGHT - (row + 1) * height };
    }),
  );
  const most = Math.max(...cells.map(({ own }) => own));
  const drawing = cells
    .filter(({ own }) => own > 0)
    .map(({ le, at, own, y }) => {
      const place =
        `x="${(x(at) - width / 2).toFixed(1)}" y="${y.toFixed(1)}" ` +
        `width="${width.toFixed(1)}" height="${(height * 0.94).toFixed(1)}"`;
      const strength = (0.12 + 0.88 * (own / most)).toFixed(2);
      const title = `<title>${escaped(`up to ${bound(le, unit)}: ${own.toPrecision(3)}`)}</title>`;
      return `<rect class="fill-blue" opacity="${strength}" ${place}>${title}</rect>`;
    });
  const every = Math.ceil(buckets.length / 6);
  const labels = buckets.flatMap(({ le }, row): [string, number][] =>
    row % every === 0 ? [[bound(le, unit), HEIGHT - (row + 0.5) * height]] : [],
  );
  return timeChart(drawing, over, labels);
}

const bound = (le: number, unit: string | undefined) =>
  le === Infinity ? "more" : formatted(le, unit);
