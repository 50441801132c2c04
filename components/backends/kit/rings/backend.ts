import type { Cell } from "../../../hub/model";
import type { AlertMetrics, Backend, EnforcedLimits } from "../../backend";
import type { Ask } from "../../requests";
import { flushByPath } from "../flush";
import {
  GATEWAY_PATHS,
  METRICS_DISK,
  METRICS_OPTIONS,
  metricsIngest,
  prometheusDatasource,
} from "../metrics/access";
import { metricsLoads } from "../metrics/load";
import { metricsDurability } from "../metrics/plan";
import { PrometheusApi, sampleProbe } from "../metrics/prometheus-api";
import { bucketCounters } from "../object-store";
import { PodReader } from "../pod-reader";
import { RULER_FAILURES } from "../ruler/config";
import { overridesIn } from "../runtime-limits";
import { ringBoards } from "./boards";
import { deploymentOf, runtimeConfig, type RingSettings } from "./deploy";

/** What backends of metrics have in common whose processes find each other in rings. */
export function ringBackend(
  settings: RingSettings,
): Omit<Backend<"metrics">, "knowsPrefix" | "check" | "type"> {
  const { architecture, planning, readPath, writePaths, metricPrefixes, shown } = settings;
  const { name, title, components, httpPort } = architecture;
  const reader = (ask: Ask) => new PrometheusApi(title, ask, readPath);
  return {
    name,
    title,
    signal: "metrics",
    options: METRICS_OPTIONS,
    defaultDisk: METRICS_DISK,
    components,
    protectedConfig: PROTECTED,
    architecture: () => architecture,
    durability: (store, cell) => metricsDurability(architecture, planning, store, cell),
    frozen: [],
    flush: (cell) => flushByPath(name, cell, httpPort, "ingester/flush?wait=true"),
    uploadsWhenStopped: true,
    ingest: metricsIngest(writePaths),
    datasource: prometheusDatasource(readPath, title),
    dashboards: () => ringBoards({ name, title, prefixes: metricPrefixes, shown }),
    alerts: alertMetrics(settings),
    limits: (_, cell) => [runtimeLimits(settings, cell)],
    reader,
    probe: sampleProbe(GATEWAY_PATHS.push, reader),
    deploy: deploymentOf(settings),
  };
}

/** Keys that decide where data is, who finds whom, and whose data it is. */
const PROTECTED = [
  ...["multitenancy_enabled", "auth_enabled", "target", "memberlist", "runtime_config", "common"],
  ...["ruler_storage", "server.http_listen_port", "server.grpc_listen_port"],
  ...["distributor.ring", "distributor.ha_tracker", "ingester.ring", "ingester.lifecycler"],
  ...["querier.ring", "query_scheduler.ring", "store_gateway.sharding_ring"],
  ...["compactor.sharding_ring", "ruler.ring", "ruler.rule_path"],
  ...["backend", "s3", "gcs", "azure", "storage_prefix", "tsdb.dir"].map(
    (key) => `blocks_storage.${key}`,
  ),
];

function alertMetrics({ metricPrefixes, rulesPath }: RingSettings): AlertMetrics {
  const { own, bucket } = metricPrefixes;
  return {
    ringMembers: `${own}_ring_members`,
    walFailures: [`${own}_ingester_tsdb_wal_writes_failed_total`],
    blockFailures: [`${own}_ingester_tsdb_compactions_failed_total`],
    oldestNotUploaded: `${own}_ingester_oldest_unshipped_block_timestamp_seconds`,
    compactorFailures: { [`${own}_compactor_runs_failed_total`]: `reason!="shutdown"` },
    compactorLastRun: `${own}_compactor_last_successful_run_timestamp_seconds`,
    ruleFailures:
      rulesPath === undefined
        ? RULER_FAILURES
        : { counter: `${own}_prometheus_rule_evaluation_failures_total`, tenant: "user" },
    bucket: bucketCounters(bucket),
  };
}

/** Path at which every process shows the runtime configuration that it has loaded. */
const RUNTIME_CONFIG_PATH = "/runtime_config";

class RuntimeConfigReader extends PodReader {
  constructor(title: string, ask: Ask) {
    super(title, ask);
  }

  async limits() {
    return overridesIn(await this.text(RUNTIME_CONFIG_PATH));
  }
}

/**
 * Every tenant has an entry in the runtime configuration, which each component loads for itself.
 */
function runtimeLimits(settings: RingSettings, cell: Cell): EnforcedLimits {
  const { title } = settings.architecture;
  return {
    components: settings.enforcing,
    byTenant: runtimeConfig(settings, metricsLoads(cell)).overrides,
    read: (ask) => new RuntimeConfigReader(title, ask).limits(),
  };
}
