/** Where to look, and what to ask, to learn what the running programs have in force. Pure: for `verify`, for tests, and for programs of your own. */
export { configHashInForce } from "./edge/prometheus-agent/config";
export { CONFIG_FILE as AGENT_CONFIG_FILE, IDENTITY_FILES } from "./edge/prometheus-agent/config";
export { PROMETHEUS_AGENT, PROMETHEUS_AGENT_PORT } from "./edge/prometheus-agent/role";
export { DATASOURCES_CONFIG_MAP, deployedDatasources, type DeployedDatasource } from "./hub/grafana/in-force";
export { GATEWAY_PORT, STATUS_PORT as GATEWAY_STATUS_PORT } from "./hub/gateway/config";
export { LOKI } from "./hub/loki/components";
export { LOKI_RUNTIME_FILE } from "./hub/loki/config";
export { LOKI_LIMITS_PATH, lokiRuntimeConfigShown } from "./hub/loki/in-force";
export { RULES_FILE, RUNTIME_FILE } from "./hub/mimir/config";
export { RULES_PATH, rulesInForce, RUNTIME_CONFIG_PATH, type RulesInForce } from "./hub/mimir/in-force";
export { answeringRoles, backendName } from "./hub/backend/backend";
export { runtimeDifferences } from "./hub/backend/in-force";
export { MIMIR } from "./hub/mimir/components";
export { TEMPO } from "./hub/tempo/components";
export { TEMPO_RUNTIME_FILE } from "./hub/tempo/config";
export { TEMPO_RUNTIME_CONFIG_PATH, tempoRuntimeConfigShown } from "./hub/tempo/in-force";
export { GATEWAY, microservicesRole } from "./hub/roles";
