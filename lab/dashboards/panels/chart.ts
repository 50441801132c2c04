import { scaleLinear, type ScaleLinear, scaleUtc } from "d3-scale";
import { html, Html } from "../../../src/cli/commands/verify/page/html";
import type { TimeRange } from "../../scenarios/dashboards/answers.js";
import { tick } from "../units.js";

/** Of the drawing. It is stretched to its panel: lines and letters are not. */
export const WIDTH = 1000;
export const HEIGHT = 400;

export type Scale = ScaleLinear<number, number>;

export function timeScale({ from, to }: TimeRange): Scale {
  return scaleLinear([from * 1000, to * 1000], [0, WIDTH]);
}

/** From below to above, to round numbers of their unit, with room for what never changes. */
export function valueScale(least: number, most: number, unit: string | undefined): Scale {
  if (least > most) [least, most] = [0, 1];
  if (least === most) {
    const room = Math.abs(least) / 2 || 1;
    [least, most] = least >= 0 ? [Math.max(0, least - room), most + room] : [least - room, 0];
  }
  const step = prefixOf(unit, most);
  const [low, high] = scaleLinear([least / step, most / step], [0, 1])
    .nice(4)
    .domain();
  return scaleLinear([low! * step, high! * step], [HEIGHT, 0]);
}

/** A drawing over time with its axes. `values`: labels of the other axis, by their height. */
export function timeChart(
  drawing: readonly string[],
  over: TimeRange,
  values: readonly (readonly [label: string, y: number])[],
): Html {
  const longest = Math.max(0, ...values.map(([label]) => label.length));
  const lines = values.map(([, y]) => `<path class="grid" d="M0,${y.toFixed(1)}H${WIDTH}"/>`);
  const picture = new Html(
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">` +
      `${lines.join("")}${drawing.join("")}</svg>`,
  );
  return html`<div class="chart" style="--labels: ${longest}ch">
    <div class="values" aria-hidden="true">
      ${values.map(([label, y]) => html`<span style="top: ${percent(y, HEIGHT)}">${label}</span>`)}
    </div>
    <div class="plot">${picture}</div>
    <div class="times" aria-hidden="true">${timeLabels(over)}</div>
  </div>`;
}

export function valueLabels(scale: Scale, unit: string | undefined): [string, number][] {
  const [low = 0, high = 0] = scale.domain();
  const step = prefixOf(unit, high);
  const round = scaleLinear([low / step, high / step], [0, 1]).ticks(4);
  return round.map((value) => [tick(value * step, unit), scale(value * step)]);
}

/** What its numbers are multiples of, where these are no powers of ten. */
function prefixOf(unit: string | undefined, value: number): number {
  if (unit === "bytes" && value >= 1024) return 1024 ** Math.floor(Math.log2(value) / 10);
  if (unit === "s") return [86_400, 3600, 60].find((seconds) => value >= 2 * seconds) ?? 1;
  return 1;
}

/** In UTC: whoever looks may be anywhere. */
function timeLabels(over: TimeRange): Html[] {
  const scale = scaleUtc([over.from * 1000, over.to * 1000], [0, WIDTH]);
  return scale
    .ticks(4)
    .map((at) => [at, scale(at)] as const)
    .filter(([, x]) => x > WIDTH * 0.06 && x < WIDTH * 0.94)
    .map(
      ([at, x]) =>
        html`<span style="left: ${percent(x, WIDTH)}">${at.toISOString().slice(11, 16)}</span>`,
    );
}

const percent = (value: number, of: number) => `${((value / of) * 100).toFixed(2)}%`;

/** Points to a tenth of a pixel. */
export const at = (x: number, y: number) => `${x.toFixed(1)},${y.toFixed(1)}`;

/** Text within what is drawn. */
export function escaped(text: string): string {
  return html`${text}`.text;
}
