/**
 * The library's pure door: what hubs and edges are made of, what a hub and an edge tell each other,
 * and how the running configuration is read. It creates nothing, and runs without Pulumi.
 */
export { storesOf, type Cell, type HubModel, type Store } from "./hub/model";
export { resolveHub, type HubInput } from "./hub/resolve";
export * from "./in-force";
export * from "./topology";
