/** What an edge scrapes, in the order in which it is told. The first ones show the cluster itself, the last one what people run in it. */
export const SOURCES = [
  "kubelet",
  "cadvisor",
  "apiServer",
  "nodeExporter",
  "kubeStateMetrics",
  "dcgm",
  "annotated",
] as const;
export type SourceName = (typeof SOURCES)[number];

/** Not every cluster has a GPU. */
export const OFF_BY_DEFAULT: readonly SourceName[] = ["dcgm"];

/** The sources that are on, where some are said to be on or off. */
export function sourcesOn(said: {
  readonly [Name in SourceName]?: { readonly enabled?: boolean };
}): SourceName[] {
  return SOURCES.filter((name) => said[name]?.enabled ?? !OFF_BY_DEFAULT.includes(name));
}
