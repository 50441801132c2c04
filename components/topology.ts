/** What hubs and edges are made of, for whoever checks a configuration or compares two. Pure: it makes nothing, and runs without Pulumi. */
export { edgeFields } from "./edge/args";
export { edgeExporters } from "./edge/collector/args";
export {
  LOCAL_STORE_RENAMED,
  localStoreFields,
  longestRetention as longestEdgeRetention,
} from "./edge/local-store/args";
export { edgeLogs } from "./edge/logs/args";
export {
  edgeSizing,
  expectedSeries,
  totalOf,
  type ExpectedSeries,
} from "./edge/metrics/expected-series";
export { monitorIssues } from "./edge/metrics/sources/args";
export { edgeSources, enabledSources, type SourceName } from "./edge/metrics/sources/registry";
export { telemetryIssues } from "./edge/model";
export { edgeTraces } from "./edge/traces/args";
export { REDIS_ENDPOINT, REDIS_ENDPOINT_EXPECTED, sharedRedis } from "./backends/kit/cache-check";
export { BackendTopology, serviceAccountOf } from "./backends/kit/architecture";
export { cellEdges, cellOf, cellSeries, longestRetention } from "./hub/writers";
export {
  GrafanaExposure,
  GrafanaSslMode,
  GROUP,
  GROUP_EXPECTED,
  INI_TEXT,
  INI_TEXT_EXPECTED,
} from "./hub/grafana/args";
export { backendsOfCell, contractEdges, contractHub } from "./hub/inventory";
export { hubIssues, type CheckedHub } from "./hub/issues";
export { resolveHub, type HubInput } from "./hub/resolve";
export { grafanaIssues } from "./hub/grafana/issues";
export { LOKI_COMPONENTS, type LokiComponent } from "./backends/loki/components";
export { cellLogs } from "./backends/loki/inventory";
export { lokiFaults, lokiStanding } from "./backends/loki/plan";
export { METRICS_COMPONENTS, type MetricsComponent } from "./backends/kit/metrics/components";
export type { Standing, TopologyFault } from "./backends/kit/topology";
export { standingOf, topologyFaults } from "./backends/kit/metrics/plan";
export { MetricsProfile } from "./backends/kit/metrics/profiles";
export { programOf } from "./backends/kit/rings/program";
export { TEMPO_COMPONENTS, type TempoComponent } from "./backends/tempo/components";
export { cellTraces } from "./backends/tempo/inventory";
export { tempoFaults, tempoStanding } from "./backends/tempo/plan";
export type { Cloud } from "./storage/cloud";
export type { CloudProvider } from "./storage/clouds";
export { CLOUDS, cloudOf, DEPLOYER_PERMISSIONS, keyOfCloud, renamedBucket } from "./storage/clouds";
export { PREFIX } from "./storage/fields";
export { S3_COMPATIBLE as S3_COMPATIBLE_FIELDS } from "./storage/s3-compatible/args";
export { contradictions as bucketContradictions, notOneSection } from "./storage/sections";
export { backendOf } from "./backends/registry";
