/** The library's public surface: four components and their arguments. */
export type { EdgeAgentArgs, EdgeExtraConfigArgs, EdgeHubArgs, EdgePodsArgs } from "./edge/args";
export { bufferDiskOf, EdgeAgent } from "./edge/edge-agent";
export { EdgeExporterKind, EdgeExporterSignal, type EdgeExporterArgs } from "./edge/collector/args";
export {
  EdgeLogAgent,
  type EdgeLogDropArgs,
  type EdgeLogsArgs,
  type EdgeLogSelectorArgs,
  type EdgeMultilineArgs,
  type EdgeRedactArgs,
} from "./edge/logs/args";
export {
  EdgeMonitorKind,
  EdgeMonitorScheme,
  type EdgeAnnotatedArgs,
  type EdgeMonitorArgs,
  type EdgeSourceArgs,
} from "./edge/metrics/sources/args";
export type { EdgeSourcesArgs } from "./edge/metrics/sources/registry";
export type { EdgeAlertingArgs } from "./edge/alerting/args";
export type { EdgeLocalStoreArgs } from "./edge/local-store/args";
export { EdgeSampling, EdgeTraceTier, type EdgeTracesArgs } from "./edge/traces/args";
export type {
  AlertInhibitionArgs,
  AlertReceiverArgs,
  AlertRouteArgs,
  AlertSubrouteArgs,
  AlertTimeIntervalArgs,
  AlertTimeRangeArgs,
  AlertmanagerArgs,
  EmailReceiverArgs,
  OpsgenieReceiverArgs,
  PagerDutyReceiverArgs,
  ReceiverSecretArgs,
  SlackReceiverArgs,
  TeamsReceiverArgs,
  WebhookReceiverArgs,
} from "./alertmanager/args";
export type { HubAlertingArgs, HubDeadMansSwitchArgs } from "./hub/alerting-args";
export type { HubDashboardFilesArgs, HubDashboardsArgs } from "./hub/dashboards-args";
export type {
  HubDriftArgs,
  HubRuleFilesArgs,
  HubRuleOverridesArgs,
  HubRulesArgs,
} from "./hub/rules-args";
export type { AlertThresholdsArgs } from "./rules/workloads/thresholds";
export type { HubObservabilityArgs } from "./hub/args";
export type {
  HubCellArgs,
  HubLogsArgs,
  HubMetricsArgs,
  HubRedisArgs,
  HubTracesArgs,
} from "./hub/cell-args";
export { GatewayServiceType, type HubGatewayArgs } from "./hub/gateway/args";
export type { HubGlobalQueryArgs } from "./hub/global-query/args";
export {
  GrafanaExposure,
  GrafanaSslMode,
  type HubGrafanaArgs,
  type HubGrafanaDatabaseArgs,
  type HubGrafanaOidcArgs,
  type HubGrafanaOrganisationArgs,
} from "./hub/grafana/args";
export { BackendTopology } from "./backends/kit/architecture";
export { MetricsProfile } from "./backends/kit/metrics/profiles";
export type { EdgeConnection, EdgeConnectionBackends } from "./contract/connection";
export type { Signal } from "./contract/names";
export {
  HubObservability,
  type HubReadEndpoints,
  type HubWriteEndpoint,
} from "./hub/hub-observability";
export type { HubEdgeArgs, HubTenantArgs } from "./hub/inventory-args";
export { AlertSeverity, type HubLogAlertsArgs, type HubLogPatternArgs } from "./hub/log-alert-args";
export type { HubSloArgs } from "./hub/slo-args";
export { ConfigurationError, type Issue, type IssuePath } from "./kit/issues";
export type { ImageArgs } from "./kit/images";
export type {
  ComponentPodsArgs,
  PodProxyArgs,
  PodQuantitiesArgs,
  PodResourcesArgs,
  PodsArgs,
  PodTolerationArgs,
} from "./kit/pods";
export { ServiceType } from "./kit/service-type";
export { PkiAuthority, type PkiAuthorityArgs, type PkiRequestArgs } from "./pki/authority";
export { PkiIdentity, type PkiIdentityArgs } from "./pki/identity";
export { MtlsPki, type MtlsPkiArgs, type MtlsPkiAuthorityArgs } from "./pki/mtls-pki";
export { PkiQueryIdentity, type PkiQueryIdentityArgs } from "./pki/query-identity";
export type { ObjectStoreBucketArgs } from "./storage/args";
export type {
  AzureContainerArgs,
  AzureContainerCreationArgs,
  AzureContainerLocationArgs,
} from "./storage/azure/args";
export type {
  GcsBucketArgs,
  GcsBucketCreationArgs,
  GcsBucketLocationArgs,
} from "./storage/gcs/args";
export type { S3BucketArgs, S3BucketCreationArgs, S3BucketLocationArgs } from "./storage/s3/args";
export type {
  S3CompatibleBucketArgs,
  S3CompatibleBucketLocationArgs,
} from "./storage/s3-compatible/args";
export type { ObjectStoreConnection } from "./storage/connection";
export { ObjectStoreBucket } from "./storage/object-store-bucket";
export { restrictedNamespace } from "./kit/namespace";
export { networkPolicies } from "./kit/network-policies";
