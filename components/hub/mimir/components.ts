/** What Mimir consists of; as microservices each runs in pods of its own. The names are upstream's, and the values of its flag `-target`. */
export const MIMIR_COMPONENTS = [
  "distributor",
  "ingester",
  "querier",
  "query-frontend",
  "query-scheduler",
  "store-gateway",
  "compactor",
  "ruler",
] as const;
export type MimirComponent = (typeof MIMIR_COMPONENTS)[number];

/** Who answers whom. In `single` one process answers everything. */
export const ANSWERS = { writes: "distributor", reads: "query-frontend", rules: "ruler" } as const satisfies Record<
  string,
  MimirComponent
>;

/** Those with a disk. An ingester's holds what is not in the bucket yet, the others' what can be fetched or made again. */
export const STATEFUL = ["ingester", "store-gateway", "compactor"] as const satisfies readonly MimirComponent[];
export type StatefulComponent = (typeof STATEFUL)[number];

export function isStateful(component: MimirComponent): component is StatefulComponent {
  return (STATEFUL as readonly MimirComponent[]).includes(component);
}

/** Those of which every sample or block is kept by several, in zones apart where there are zones. */
export const REPLICATED = ["ingester", "store-gateway"] as const satisfies readonly StatefulComponent[];
export type ReplicatedComponent = (typeof REPLICATED)[number];

export function isReplicated(component: MimirComponent): component is ReplicatedComponent {
  return (REPLICATED as readonly MimirComponent[]).includes(component);
}
