import { html, type Html } from "../../../src/cli/commands/verify/page/html";
import type { TimeRange } from "../../scenarios/dashboards/answers.js";
import type { GrafanaPanel } from "../grafana.js";
import type { NamedSeries } from "../series.js";
import { escaped, HEIGHT, timeChart, timeScale } from "./chart.js";
import { shown } from "./values.js";

/** A time in which a state was the same. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** A row of coloured states for each series. */
export function states(
  { fieldConfig }: GrafanaPanel,
  series: readonly NamedSeries[],
  over: TimeRange,
): Html {
  const { defaults = {} } = fieldConfig ?? {};
  const x = timeScale(over);
  const height = HEIGHT / Math.max(1, series.length);
  const drawing = series.flatMap((each, row) =>
    stretches(each, over).map(({ from, to, value }) => {
      const { text, color = "blue" } = shown(value, defaults);
      const [left, right] = [Math.max(0, x(from)), Math.min(x(over.to * 1000), x(to))];
      const place =
        `x="${left.toFixed(1)}" y="${(row * height + height * 0.12).toFixed(1)}" ` +
        `width="${Math.max(0, right - left).toFixed(1)}" height="${(height * 0.76).toFixed(1)}"`;
      const title = `<title>${escaped(`${each.name}: ${text}`)}</title>`;
      return `<rect class="fill-${color}" ${place}>${title}</rect>`;
    }),
  );
  const names = series.map(({ name }, row): [string, number] => [name, (row + 0.5) * height]);
  return html`<div class="states" style="--rows: ${series.length}">
      ${timeChart(drawing, over, names)}
    </div>
    ${key(series, defaults)}`;
}

/** Neighbours with one value are one stretch. Each lasts until the next one. */
function stretches({ points }: NamedSeries, { step }: TimeRange): Stretch[] {
  const found: Stretch[] = [];
  for (const [at, value] of points) {
    const last = found.at(-1);
    const to = at + step * 1000;
    const follows = last && at <= last.to + step * 1500;
    if (follows && last.value === value) found[found.length - 1] = { ...last, to };
    else {
      if (follows) found[found.length - 1] = { ...last, to: at };
      found.push({ from: at, to, value });
    }
  }
  return found;
}

/** What colours mean. */
function key(
  series: readonly NamedSeries[],
  defaults: NonNullable<GrafanaPanel["fieldConfig"]>["defaults"],
): Html {
  const values = [...new Set(series.flatMap(({ points }) => points.map(([, value]) => value)))];
  const meanings = new Map(
    values.map((value) => {
      const { text, color = "blue" } = shown(value, defaults);
      return [text, color];
    }),
  );
  // Beyond a few they are numbers, which titles tell.
  const few = [...meanings].slice(0, 8);
  return html`<ul class="legend">
    ${few.map(([text, color]) => html`<li><i class="back-${color}"></i> ${text}</li>`)}
  </ul>`;
}
