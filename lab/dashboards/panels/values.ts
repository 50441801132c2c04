import { html, type Html } from "../../../src/cli/commands/verify/page/html";
import { type ColorName, mapped, thresholdColor } from "../colors.js";
import type { GrafanaPanel } from "../grafana.js";
import { latest, type NamedSeries } from "../series.js";
import { formatted } from "../units.js";

interface Shown {
  readonly text: string;
  readonly color?: ColorName;
}

/** A value with its unit and colour. `field`: of its column, where it has settings of its own. */
export function shown(
  value: number,
  { unit, thresholds, ...config }: NonNullable<GrafanaPanel["fieldConfig"]>["defaults"],
): Shown {
  const found = mapped({ thresholds, ...config }, value);
  if (found) return found;
  const color = thresholdColor(thresholds, value);
  return { text: formatted(value, unit), ...(color !== undefined && { color }) };
}

/** The latest value, large. With several series each has its name. */
export function stat({ fieldConfig }: GrafanaPanel, series: readonly NamedSeries[]): Html {
  const values = series.map((each) => {
    const { text, color = "text" } = shown(latest(each), fieldConfig?.defaults ?? {});
    return html`<div class="value ink-${color}">
      ${text}${series.length > 1 ? html`<small>${each.name}</small>` : undefined}
    </div>`;
  });
  return html`<div class="stat">${values}</div>`;
}

/** A bar for each series, as long as its value is of the largest. */
export function bars({ fieldConfig }: GrafanaPanel, series: readonly NamedSeries[]): Html {
  const { defaults = {} } = fieldConfig ?? {};
  const values = series.map(latest);
  const most = defaults.max ?? Math.max(0, ...values.filter(Number.isFinite));
  const rows = series.map((each) => {
    const value = latest(each);
    const { text, color = "blue" } = shown(value, defaults);
    const share = most > 0 ? Math.min(1, Math.max(0, value / most)) || 0 : 0;
    return html`<li>
      <span class="name" title="${each.name}">${each.name}</span>
      <span class="track"
        ><span class="fill-${color}" style="width: ${(share * 100).toFixed(1)}%"></span
      ></span>
      <span class="amount ink-${color === "blue" ? "text" : color}">${text}</span>
    </li>`;
  });
  return html`<ul class="bars">
    ${rows}
  </ul>`;
}
