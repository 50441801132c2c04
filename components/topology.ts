/** What a hub's cells are made of, for whoever checks a configuration or compares two. Pure: it makes nothing. */
export { cellEdges, cellSeries } from "./hub/inventory";
export { MIMIR_COMPONENTS, type MimirComponent } from "./hub/mimir/components";
export { standingOf, topologyFaults, type Standing } from "./hub/mimir/plan";
export { MimirProfile } from "./hub/mimir/profiles";
export { MimirTopology } from "./hub/mimir/services";
