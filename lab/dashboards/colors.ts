import type { GrafanaPanel } from "./grafana.js";

type FieldConfig = NonNullable<GrafanaPanel["fieldConfig"]>["defaults"];
export type Thresholds = NonNullable<FieldConfig["thresholds"]>;

/** Grafana's names. In style.ts each is a colour of either scheme, and one for text on a card. */
export const COLOR_NAMES = ["green", "yellow", "orange", "red", "blue", "text"] as const;
export type ColorName = (typeof COLOR_NAMES)[number];

/** How many colours series have, before the first one is used again. */
export const SERIES_COLORS = 16;

export function seriesColor(index: number): string {
  return `var(--series-${index % SERIES_COLORS})`;
}

/** The colour of the last step that a value reaches. */
export function thresholdColor(
  thresholds: Thresholds | undefined,
  value: number,
): ColorName | undefined {
  const step = thresholds?.steps.findLast((each) => value >= (each.value ?? -Infinity));
  return isColor(step?.color) ? step.color : undefined;
}

export interface Mapped {
  readonly text: string;
  readonly color?: ColorName;
}

/** What people read instead of a value. */
export function mapped({ mappings = [] }: FieldConfig, value: number): Mapped | undefined {
  for (const mapping of mappings) {
    // Our dashboards map single values, and no others.
    const found = (mapping.options as Readonly<Record<string, { text?: string; color?: string }>>)[
      String(value)
    ];
    if (found?.text !== undefined)
      return { text: found.text, ...(isColor(found.color) && { color: found.color }) };
  }
  return undefined;
}

function isColor(name: string | undefined): name is ColorName {
  return COLOR_NAMES.some((color) => color === name);
}
