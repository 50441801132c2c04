/** Where to look, and what to ask, to learn what the running programs have in force. Pure: for `verify`, for tests, and for programs of your own. */
export { configHashInForce } from "./edge/prometheus-agent/config";
export { CONFIG_FILE as AGENT_CONFIG_FILE, IDENTITY_FILES } from "./edge/prometheus-agent/config";
export { PROMETHEUS_AGENT, PROMETHEUS_AGENT_PORT } from "./edge/prometheus-agent/role";
export { ENDPOINTS_FILE } from "./hub/global-query/config";
export { deployedEndpoints, type DeployedEndpoints } from "./hub/global-query/in-force";
export { DATASOURCES_CONFIG_MAP, deployedDatasources, type DeployedDatasource } from "./hub/grafana/in-force";
export { STATUS_PORT as GATEWAY_STATUS_PORT } from "./hub/gateway/config";
export { LOKI } from "./hub/loki/components";
export { LOKI_RUNTIME_FILE } from "./hub/loki/config";
export { LOKI_LIMITS_PATH, lokiRuntimeConfigShown } from "./hub/loki/in-force";
export { RULES_FILE, RUNTIME_FILE } from "./hub/metrics/config";
export { RULES_PATH, rulesInForce, RUNTIME_CONFIG_PATH, type RulesInForce } from "./hub/metrics/in-force";
export { METRICS_PROGRAMS } from "./hub/metrics/program";
export { FLUENT_BIT } from "./edge/log-agent/fluent-bit";
export { PROMTAIL } from "./edge/log-agent/promtail";
export { OTEL_AGENT, OTEL_GATEWAY, OTLP_HTTP_PORT } from "./edge/otel-collector/role";
export {
  answeringRoles,
  backendName,
  INGESTER,
  MEMCACHED_PORT,
  type Answer,
  type Backend,
} from "./hub/backend/backend";
export { runtimeDifferences } from "./hub/backend/in-force";
export { LIMITS_FILE as THANOS_LIMITS_FILE } from "./hub/thanos/config";
export { thanosRetention, thanosRetentionShown, type ThanosRetention } from "./hub/thanos/in-force";
export { thanosLimitsShown } from "./hub/thanos/limits";
export { TEMPO } from "./hub/tempo/components";
export { TEMPO_RUNTIME_FILE } from "./hub/tempo/config";
export { TEMPO_RUNTIME_CONFIG_PATH, tempoRuntimeConfigShown } from "./hub/tempo/in-force";
export { GATEWAY, GLOBAL_QUERY, memcachedRole, microservicesRole, type BackendName } from "./hub/roles";
export { LIFECYCLE_RULES } from "./storage/lifecycle";
export {
  retentionFlags as thanosRetentionFlags,
  retentionShown,
  THANOS_FLAGS_PATH,
  type RetentionDays,
} from "./thanos/retention";
export { THANOS_COMPACTOR } from "./edge/thanos/role";
