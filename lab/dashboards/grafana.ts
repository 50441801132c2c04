import type { Dashboard as GrafanaDashboard } from "@grafana/grafana-foundation-sdk/dashboard";

export type { GrafanaDashboard };

type Listed = NonNullable<GrafanaDashboard["panels"]>[number];
type Row = Extract<Listed, { readonly type: "row" }>;
/** A panel as Grafana is given it. Rows are none. */
export type GrafanaPanel = Exclude<Listed, Row>;

export function rowsOf({ panels = [] }: GrafanaDashboard): Row[] {
  return panels.filter((listed): listed is Row => listed.type === "row");
}

export function drawnPanels({ panels = [] }: GrafanaDashboard): GrafanaPanel[] {
  return panels.filter((listed): listed is GrafanaPanel => listed.type !== "row");
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** As Grafana places them: each as far up as there is room below those before it. */
export function compacted<T>(
  all: readonly T[],
  placeOf: (each: T) => Place,
): (Place & { of: T })[] {
  const sorted = all
    .map((of) => ({ ...placeOf(of), of }))
    .sort((one, other) => one.y - other.y || one.x - other.x);
  const placed: (Place & { of: T })[] = [];
  for (const each of sorted) {
    const above = placed.filter(({ x, w }) => x < each.x + each.w && each.x < x + w);
    placed.push({ ...each, y: Math.max(0, ...above.map(({ y, h }) => y + h)) });
  }
  return placed;
}
