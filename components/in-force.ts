/** Where to look, and what to ask, to learn what the running programs have in force. Pure: for `verify`, for tests, and for programs of your own. */
export { configHashInForce } from "./edge/metrics/config";
export { CONFIG_FILE as AGENT_CONFIG_FILE } from "./edge/metrics/config";
export { IDENTITY_FILES } from "./contract/places";
export { PROMETHEUS_AGENT_PORT } from "./edge/metrics/config";
export { PROMETHEUS_AGENT } from "./contract/places";
export { ENDPOINTS_FILE } from "./hub/global-query/config";
export { deployedEndpoints, type DeployedEndpoints } from "./hub/global-query/running-config";
export {
  DATASOURCES_CONFIG_MAP,
  deployedDatasources,
  type DeployedDatasource,
} from "./hub/grafana/running-config";
export { STATUS_PORT as GATEWAY_STATUS_PORT } from "./hub/gateway/config";
export { LOKI } from "./backends/loki/components";
export { RULES_FILE, RUNTIME_FILE } from "./backends/kit/rings/config";
export { METRICS_PROGRAMS } from "./backends/kit/rings/program";
export { FLUENT_BIT } from "./edge/logs/fluent-bit";
export { PROMTAIL } from "./edge/logs/promtail";
export { OTEL_AGENT, OTEL_GATEWAY, OTLP_HTTP_PORT } from "./edge/collector/program";
export {
  answeringRoles,
  backendName,
  INGESTER,
  MEMCACHED_PORT,
  type Answer,
  type Architecture,
} from "./backends/kit/architecture";
export { TEMPO } from "./backends/tempo/components";
export { GATEWAY, GLOBAL_QUERY, memcachedRole, microservicesRole, singleRole } from "./hub/roles";
export { LIFECYCLE_RULES } from "./storage/clouds";
export type { RetentionDays } from "./backends/thanos/program/retention";
export { LOCAL_COMPACTOR, localRetention } from "./edge/local-store/retention";
