/**
 * The library's pure door: what hubs and edges are made of, what a hub and an edge tell each other,
 * and how the running configuration is read. It creates nothing, and runs without Pulumi.
 */
export type {
  Backend,
  EnforcedLimits,
  Protocol,
  StoreOptions,
  TenantLimits,
} from "./backends/backend";
export {
  type Answer,
  answeringRoles,
  type Architecture,
  backendName,
  BackendTopology,
  MEMCACHED_PORT,
} from "./backends/kit/architecture";
export { FEDERATION, type RetentionDays } from "./backends/federation";
export { PrometheusApi, VERIFY_METRIC } from "./backends/kit/metrics/prometheus-api";
export { RULES_FILE, RUNTIME_FILE } from "./backends/kit/rings/config";
export { memcachedRole, microservicesRole, singleRole } from "./backends/kit/roles";
export { limitDifferences } from "./backends/kit/runtime-limits";
export { backendOf, BACKENDS, backendsOf, optionDefaults } from "./backends/registry";
export { alertingFields, deadMansSwitchFields } from "./hub/alerting-args";
export {
  type Labels,
  matcher,
  type Matcher,
  matches,
  matcherText,
  parseMatchers,
} from "./alertmanager/matchers";
export { type Inhibition, type Muted, type Notification, Routing } from "./alertmanager/routing";
export type { AlertmanagerConfig } from "./alertmanager/upstream";
export {
  alertmanagerFields,
  RECEIVER_KINDS,
  RECEIVER_SECRETS,
  type ReceiverKind,
  receiverFields,
  routingFields,
  sendResolvedField,
} from "./alertmanager/args";
export { alertmanagerConfig, alertmanagerFiles, TEST_ALERT } from "./alertmanager/config";
export { type Alertmanager, NOBODY } from "./alertmanager/model";
export { ALERTMANAGER, ALERTMANAGER_PORT } from "./alertmanager/ports";
export {
  type ContractReceiver,
  edgeAlerting,
  type EdgeAlertingFacts,
  encodeAlerting,
} from "./alertmanager/contract";
export { runningRules } from "./backends/kit/metrics/prometheus-api";
export { alertingIssues } from "./alertmanager/issues";
export { EDGE_ALERTMANAGERS, resolveAlertmanager } from "./alertmanager/resolve";
export { runningAlertmanagerHash } from "./alertmanager/running-config";
export { cellFields } from "./hub/cell-args";
export { gatewayFields } from "./hub/gateway/args";
export { globalQueryFields } from "./hub/global-query/args";
export { edgeFields as hubEdgeFields, tenantFields } from "./hub/inventory-args";
export { grafanaDatabaseFields, grafanaFields, grafanaOidcFields } from "./hub/grafana/args";
export type {
  AlertLabels,
  Ask,
  Exemplar,
  LogLine,
  LogsReader,
  Matrix,
  MetricsReader,
  ProbeEncoders,
  Reader,
  Readers,
  RunningRules,
  Sample,
  StoredSpan,
  TimeRange,
  TracesReader,
} from "./backends/requests";
export {
  type Dashboard,
  type Panel,
  panelsOf,
  type Query,
  queriesOf,
  uidOf,
} from "./dashboards/kit/dashboard";
export { dashboardJson } from "./dashboards/kit/json";
export { ALL, filled, type Question, questionsOf } from "./dashboards/kit/questions";
export { allDashboards, dashboardsOf, HOME } from "./dashboards/registry";
export { LEAF_DAYS, RENEW_BEFORE_DAYS } from "./contract/certificates";
export { connectionOf, edgeConnection } from "./contract/connection";
export type { DecodeFailure } from "./contract/decode";
export { DEFAULT_CELL } from "./contract/defaults";
export { decodeEdge, type EdgeContract } from "./contract/edge";
export { encodeEdge, encodeFacts, encodeHub, gatewayAddress } from "./contract/encode";
export {
  decodeHub,
  type EdgeFacts,
  type HubContract,
  type HubContractEdge,
  labelsOf,
  WRITE_PATHS,
} from "./contract/hub";
export {
  distinguishedName,
  dnsNamesOf,
  type EdgeIdentity,
  ORGANIZATION,
  queryServerName,
  subjectOf,
} from "./contract/identity";
export {
  DNS_LABEL_EXPECTED,
  EDGE_LABELS,
  type EdgeLabels,
  ENDPOINT_EXPECTED,
  HUB_TENANT,
  KEEP_ATTRIBUTE,
  REPLICA_LABEL,
  SIGNALS,
  TRACE_METRICS,
} from "./contract/names";
export {
  agentInstances,
  EDGE_NAMESPACE,
  GATEWAY_PORT,
  HUB_NAMESPACE,
  IDENTITY_FILES,
  IDENTITY_SECRET,
  instanceOf,
  NODE_NAMESPACE,
  podOf,
  PROMETHEUS_AGENT,
  defaultAgentReplicas,
} from "./contract/cluster-names";
export { edgeFields } from "./edge/args";
export { edgeExporters } from "./edge/collector/args";
export { OTEL_AGENT, OTEL_GATEWAY, OTLP_HTTP_PORT } from "./edge/collector/program";
export { hubTarget } from "./edge/hub-target";
export {
  LOCAL_STORE_RENAMED,
  localStoreFields,
  longestRetention as longestEdgeRetention,
} from "./edge/local-store/args";
export { LOCAL_QUERY } from "./edge/local-store/config";
export { LOCAL_COMPACTOR, localRetention } from "./edge/local-store/retention";
export { edgeLogs } from "./edge/logs/args";
export { FLUENT_BIT } from "./edge/logs/fluent-bit";
export { PROMTAIL } from "./edge/logs/promtail";
export { type Buffer, bufferOf } from "./edge/metrics/buffer";
export {
  CONFIG_FILE as AGENT_CONFIG_FILE,
  AGENT_PATHS,
  agentArgs,
  agentConfig,
  runningConfigHash,
  PROMETHEUS_AGENT_PORT,
} from "./edge/metrics/config";
export {
  edgeSizing,
  expectedSeries,
  type ExpectedSeries,
  totalOf,
} from "./edge/metrics/expected-series";
export { drop } from "./edge/metrics/relabel";
export { monitorIssues } from "./edge/metrics/sources/args";
export {
  edgeSources,
  enabledSources,
  resolveSources,
  type SourceName,
} from "./edge/metrics/sources/registry";
export { bufferDiskOf, telemetryIssues } from "./edge/model";
export { edgeTraces } from "./edge/traces/args";
export { defaultPercentage } from "./edge/traces/sampling";
export { backendAnswers, clients, gatewayAnswers } from "./hub/gateway/answers";
export { STATUS_PORT as GATEWAY_STATUS_PORT } from "./hub/gateway/config";
export { type IngestLocation, ingestLocations } from "./hub/gateway/ingest";
export { edgeHost, ENDPOINTS_FILE, GLOBAL_QUERY_PORT } from "./hub/global-query/config";
export { deployedEndpoints, type DeployedEndpoints } from "./hub/global-query/running-config";
export {
  datasourcesConfigMap,
  type DeployedAlertsSource,
  deployedAlertsSources,
  type DeployedDatasource,
  deployedDatasources,
} from "./hub/grafana/running-config";
export { backendsOfCell, contractEdges, contractHub, longestRetention } from "./hub/inventory";
export { hubIssues } from "./hub/issues";
export { type Cell, type HubModel, type Store, storesOf } from "./hub/model";
export { resolveHub } from "./hub/resolve";
export { sloFields } from "./hub/slo-args";
export { GATEWAY, GLOBAL_QUERY } from "./hub/roles";
export { type OwnAlert, ownAlerts } from "./hub/rules";
export { checksum } from "./kit/checksum";
export { DURATION, DURATION_EXPECTED, fromSeconds, toSeconds } from "./kit/duration";
export {
  accepted,
  described,
  detailsOf,
  exampleOf,
  EXPECTED,
  expectationOf,
  type IssueDetails,
  listed,
  mapOf,
  name,
  port,
  RENAMED,
  text,
  whole,
  withRenamed,
  withSentence,
} from "./kit/fields";
export { dnsFlows, type Flow, type PodPeer } from "./kit/flows";
export { imageReference } from "./kit/images";
export { ConfigurationError, type Notation, refuse, under } from "./kit/issues";
export { CONFIG_HASH_ANNOTATION, objectLabels, type Role, selectorLabels } from "./kit/labels";
export { restrictedContainer, restrictedPod } from "./kit/pod-security";
export { bytesQuantity, parseQuantity } from "./kit/quantity";
export { mapValues } from "./kit/records";
export { exposureFields, missingNodePortIssues, nodePortIssues } from "./kit/service-type";
export { CALLED_URL, CALLED_URL_EXPECTED } from "./kit/urls";
export {
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from "./kit/x509";
export * as x509 from "./kit/x509";
export { fromYaml, toYaml } from "./kit/yaml";
export { requestIssues } from "./pki/request";
export { dashboardsFields } from "./hub/dashboards-args";
export { rulesFields } from "./hub/rules-args";
export {
  CERTIFICATE_EXPIRY,
  EDGE_INFO,
  COLLECTOR_METRICS,
  RULES_INFO,
  SERIES_METRIC,
  WORKLOAD_RULES_INFO,
} from "./rules/metrics";
export { growth } from "./rules/promql";
export { WATCHDOG } from "./rules/rule-file";
export type { Cloud } from "./storage/cloud";
export {
  CLOUD_PLACEHOLDERS,
  cloudOf,
  type CloudProvider,
  CLOUDS,
  DEPLOYER_PERMISSIONS,
  keyOfCloud,
  LIFECYCLE_RULES,
  renamedBucket,
} from "./storage/clouds";
export { PREFIX } from "./storage/fields";
export { contradictions as bucketContradictions, notOneSection } from "./storage/sections";
export { default as versions } from "./versions.json";
