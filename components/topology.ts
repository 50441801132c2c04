/** What a hub's cells are made of, for whoever checks a configuration or compares two. Pure: it makes nothing. */
export { BackendTopology, serviceAccountOf } from "./hub/backend/backend";
export { cellEdges, cellSeries, longestRetention } from "./hub/inventory";
export { GrafanaExposure, GrafanaSslMode } from "./hub/grafana/args";
export { grafanaFaults, GROUP, GROUP_EXPECTED, INI_TEXT, INI_TEXT_EXPECTED } from "./hub/grafana/faults";
export { LOKI_COMPONENTS, type LokiComponent } from "./hub/loki/components";
export { cellLogs } from "./hub/loki/inventory";
export { lokiFaults, lokiStanding } from "./hub/loki/plan";
export { MIMIR_COMPONENTS, type MimirComponent } from "./hub/mimir/components";
export type { Standing, TopologyFault } from "./hub/backend/topology";
export { standingOf, topologyFaults } from "./hub/mimir/plan";
export { MimirProfile } from "./hub/mimir/profiles";
export { TEMPO_COMPONENTS, type TempoComponent } from "./hub/tempo/components";
export { TEMPO_GENERATIONS } from "./hub/tempo/generations";
export { cellTraces } from "./hub/tempo/inventory";
export { tempoFaults, tempoStanding } from "./hub/tempo/plan";
export { locationFaults, type StoreFault } from "./storage/faults";
export { existingExample } from "./storage/fields";
export { isRegionOf } from "./storage/regions";
