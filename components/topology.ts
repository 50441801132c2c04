/** What a hub's cells are made of, for whoever checks a configuration or compares two. Pure: it makes nothing. */
export { cellEdges, cellSeries } from "./hub/inventory";
export { MIMIR_COMPONENTS, type MimirComponent } from "./hub/mimir/components";
export type { Standing } from "./hub/backend/topology";
export { standingOf, topologyFaults } from "./hub/mimir/plan";
export { MimirProfile } from "./hub/mimir/profiles";
export { BackendTopology } from "./hub/backend/backend";
