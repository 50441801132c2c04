import type { Answers } from "../scenarios/dashboards/answers.js";
import type { GrafanaPanel } from "./grafana.js";

/** A series as its panel names it. */
export interface NamedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly points: readonly Point[];
}
export type Point = readonly [at: number, value: number];

/** What the queries of a panel got, in their order. */
export function namedSeries(
  { targets = [] }: GrafanaPanel,
  answers: readonly Answers[],
): NamedSeries[] {
  return answers.flatMap(({ series }, index) =>
    series.map(({ labels, points }) => ({
      name: nameOf(legendOf(targets[index]), labels),
      labels,
      points: points.map(([at, value]): Point => [at * 1000, Number(value)]),
    })),
  );
}

/** What its series, its column or its value is called. */
export function legendOf(target: object | undefined): string {
  const { legendFormat = "" } = (target ?? {}) as { readonly legendFormat?: string };
  return legendFormat;
}

/** `{{label}}` is the label's value. Without a legend all labels are the name. */
export function nameOf(legend: string, labels: Readonly<Record<string, string>>): string {
  if (legend === "") {
    const all = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return `{${all.join(", ")}}`;
  }
  return legend
    .replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, label: string) => labels[label] ?? "")
    .trim();
}

/** The last value that is a number. */
export function latest({ points }: NamedSeries): number {
  return points.findLast(([, value]) => !Number.isNaN(value))?.[1] ?? NaN;
}
