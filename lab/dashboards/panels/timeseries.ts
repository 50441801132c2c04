import { area, line, stack } from "d3-shape";
import { html, type Html } from "../../../src/cli/commands/verify/page/html";
import type { TimeRange } from "../../scenarios/dashboards/answers.js";
import { type ColorName, seriesColor } from "../colors.js";
import type { GrafanaPanel } from "../grafana.js";
import { latest, type NamedSeries } from "../series.js";
import { formatted } from "../units.js";
import {
  escaped,
  HEIGHT,
  type Scale,
  timeChart,
  timeScale,
  valueLabels,
  valueScale,
  WIDTH,
} from "./chart.js";

/** Of all of a panel's settings, those of this kind that our dashboards use. */
interface Custom {
  readonly stacking?: { readonly mode?: string };
  readonly thresholdsStyle?: { readonly mode?: string };
}

/** A line: values from below, and those that it is drawn up from where lines are stacked. */
interface Band {
  readonly series: NamedSeries;
  readonly points: readonly (readonly [at: number, low: number, high: number])[];
}

/** Lines over time, with their names below. */
export function timeseries(
  panel: GrafanaPanel,
  series: readonly NamedSeries[],
  over: TimeRange,
): Html {
  const { unit, min, max, custom } = panel.fieldConfig?.defaults ?? {};
  const { stacking } = (custom ?? {}) as Custom;
  const stacked = stacking?.mode === "normal";
  const bands = stacked ? stackedBands(series) : series.map(lineBand);
  const values = bands.flatMap(({ points }) => points.flatMap(([, low, high]) => [low, high]));
  const y = valueScale(
    min ?? least(stacked ? [0, ...values] : values),
    max ?? Math.max(min ?? -Infinity, ...values.filter(Number.isFinite)),
    unit,
  );
  const x = timeScale(over);
  const drawing = [
    ...bands.map((band, index) => drawn(band, { x, y, color: seriesColor(index), over, stacked })),
    ...thresholdLines(panel, y),
  ];
  return html`${timeChart(drawing, over, valueLabels(y, unit))}${legend(series, unit)}`;
}

const least = (values: readonly number[]) => Math.min(Infinity, ...values.filter(Number.isFinite));

function lineBand(series: NamedSeries): Band {
  return { series, points: series.points.map(([at, value]) => [at, value, value]) };
}

/** One upon the other; what is not there at a time is nothing then. */
function stackedBands(series: readonly NamedSeries[]): Band[] {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort(
    (a, b) => a - b,
  );
  const byTime = series.map(({ points }) => new Map<number, number>(points));
  const layers = stack<number, number>()
    .keys(series.keys())
    .value((at, index) => byTime[index]?.get(at) || 0)(times);
  return layers.map((layer, index) => ({
    series: series[index]!,
    points: layer.map(([low, high], place) => [times[place]!, low, high]),
  }));
}

interface Manner {
  readonly x: Scale;
  readonly y: Scale;
  readonly color: string;
  readonly over: TimeRange;
  readonly stacked: boolean;
}

function drawn({ series, points }: Band, { x, y, color, over, stacked }: Manner): string {
  type Place = Band["points"][number] | undefined;
  const places = withGaps(points, over.step * 1000);
  const isThere = (place: Place) => place !== undefined && Number.isFinite(place[2]);
  const top = line<Place>(
    (place) => x(place![0]),
    (place) => y(place![2]),
  );
  const path = top.defined(isThere).digits(1)(places) ?? "";
  const below = area<Place>(
    (place) => x(place![0]),
    (place) => y(place![1]),
    (place) => y(place![2]),
  );
  const filled = stacked ? (below.defined(isThere).digits(1)(places) ?? "") : "";
  const fill = filled && `<path class="area" style="fill: ${color}" d="${filled}"/>`;
  const title = `<title>${escaped(series.name)}</title>`;
  return `<g>${title}${fill}<path class="line" style="stroke: ${color}" d="${path}"/></g>`;
}

/** Nothing is drawn where values are missing for longer than two steps. */
function withGaps<T extends readonly [at: number, ...rest: unknown[]]>(
  points: readonly T[],
  step: number,
): (T | undefined)[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    return before && point[0] - before[0] > 2.5 * step ? [undefined, point] : [point];
  });
}

function thresholdLines({ fieldConfig }: GrafanaPanel, y: Scale): string[] {
  const { thresholds, custom } = fieldConfig?.defaults ?? {};
  const { mode = "off" } = ((custom ?? {}) as Custom).thresholdsStyle ?? {};
  if (mode === "off") return [];
  return (thresholds?.steps ?? []).flatMap(({ value, color }) => {
    const height = y(value ?? -Infinity);
    if (!(height >= 0 && height <= HEIGHT)) return [];
    const stroke = `stroke: var(--${color as ColorName})`;
    return [`<path class="threshold" style="${stroke}" d="M0,${height.toFixed(1)}H${WIDTH}"/>`];
  });
}

function legend(series: readonly NamedSeries[], unit: string | undefined): Html {
  const names = series.map((each, index) => {
    const title = `${each.name}: ${formatted(latest(each), unit)}`;
    return html`<li title="${title}">
      <i style="background: ${seriesColor(index)}"></i> ${each.name}
    </li>`;
  });
  return html`<ul class="legend">
    ${names}
  </ul>`;
}
