import { HUB_NAMESPACE } from "../../contract/cluster-names";
import type { Cell, Store } from "../../hub/model";
import { microservicesRole } from "../kit/roles";
import { whole } from "../../kit/fields";
import type { Issue } from "../../kit/issues";
import type { Backend, EnforcedLimits, TenantLimits } from "../backend";
import { INGESTER } from "../kit/architecture";
import { cacheIssues } from "../kit/cache-options";
import { keyPath } from "../kit/layout-issues";
import {
  GATEWAY_PATHS,
  METRICS_DISK,
  METRICS_OPTIONS,
  metricsIngest,
  prometheusDatasource,
} from "../kit/metrics/access";
import { metricsLoads } from "../kit/metrics/load";
import { metricsDurability, metricsIssues } from "../kit/metrics/plan";
import { PrometheusApi, sampleProbe } from "../kit/metrics/prometheus-api";
import { PLANNING } from "../kit/metrics/resources";
import { bucketCounters } from "../kit/object-store";
import { PodReader } from "../kit/pod-reader";
import { RULER_FAILURES } from "../kit/ruler/config";
import type { Ask } from "../requests";
import { thanosBoards } from "./boards";
import { ROUTE_PREFIX, THANOS as ARCHITECTURE, WRITE_PATH } from "./components";
import { deployThanos } from "./deploy";
import { downsamplingOf, retentionsOf, thanosLimits, thanosLimitsShown } from "./limits";
import { flagsShown, retentionFlags, retentionShown, THANOS_FLAGS_PATH } from "./program/retention";
import { fromYaml } from "../../kit/yaml";

const { title } = ARCHITECTURE;

const reader = (ask: Ask) => new PrometheusApi(title, ask, ROUTE_PREFIX);

/** https://thanos.io/tip/thanos/ */
export const THANOS: Backend<"metrics"> = {
  name: "thanos",
  title,
  signal: "metrics",
  options: {
    ...METRICS_OPTIONS,
    retentionDaysRaw: whole(
      "Number of days for which samples are kept as they were scraped. Only with backend thanos. " +
        "Defaults to the tenant's retentionDays.",
      [10, 3650],
      30,
    ).optional(),
    retentionDays5m: whole(
      "Number of days for which samples of 5 minutes are kept. Older ones are samples of an hour. " +
        "Only with backend thanos. Defaults to the tenant's retentionDays.",
      [10, 3650],
      180,
    ).optional(),
  },
  renamedOptions: { rawDays: "retentionDaysRaw", fiveMinuteDays: "retentionDays5m" },
  others: "others keep samples as they came",
  defaultDisk: METRICS_DISK,
  components: ARCHITECTURE.components,
  knowsPrefix: true,
  architecture: () => ARCHITECTURE,
  durability: (store, cell) => metricsDurability(ARCHITECTURE, PLANNING, store, cell),
  check: (store, cell) => [
    ...resolutionIssues(store, cell),
    ...cacheIssues(store, cell),
    ...metricsIssues(ARCHITECTURE, store, cell),
  ],
  frozen: [],
  flush(cell) {
    // An ingester makes blocks of what it has when it stops, and uploads them when it starts again;
    // those of what came late when it always does.
    const { instance, component } = microservicesRole("thanos", cell, INGESTER);
    const ingesters = `app.kubernetes.io/instance=${instance},app.kubernetes.io/component=${component}`;
    return [
      "wait until the last late sample has been there for 5 hours; then restart its ingesters, which then upload:",
      ...["restart", "status"].map(
        (verb) => `kubectl -n ${HUB_NAMESPACE} rollout ${verb} statefulset -l ${ingesters}`,
      ),
    ];
  },
  uploadsWhenStopped: false,
  ingest: metricsIngest({ push: WRITE_PATH, otlp: "/api/v1/otlp" }, "400, 409"),
  datasource: prometheusDatasource(ROUTE_PREFIX, title),
  dashboards: thanosBoards,
  alerts: {
    blockFailures: ["prometheus_tsdb_compactions_failed_total"],
    uploadFailures: ["thanos_shipper_upload_failures_total"],
    compactorFailures: { thanos_compact_group_compactions_failures_total: "" },
    compactorHalted: "thanos_compact_halted",
    ruleFailures: RULER_FAILURES,
    bucket: bucketCounters("thanos_objstore"),
  },
  limits: (store, cell) => [seriesLimits(cell), retention(store, cell)],
  reader,
  probe: sampleProbe(GATEWAY_PATHS.push, reader),
  type: "heliograph:hub:Thanos",
  deploy: deployThanos,
};

/**
 * The compactor makes samples of an hour of blocks that are ten days old: what is deleted before is
 * lost.
 */
const LEAST_DAYS = 10;

function resolutionIssues(store: Store, cell: Cell): Issue[] {
  const { retentionDaysRaw, retentionDays5m } = store.options as Record<string, number | undefined>;
  return Object.entries({ retentionDaysRaw, retentionDays5m }).flatMap(([key, days]) => {
    const least = Math.max(LEAST_DAYS, key === "retentionDays5m" ? (retentionDaysRaw ?? 0) : 0);
    if (days === undefined || (Number.isInteger(days) && days >= least)) return [];
    const expected = `days: a whole number, at least ${least}`;
    return [{ path: keyPath(store, cell, key), got: days, expected, example: least }];
  });
}

class ThanosReader extends PodReader {
  async seriesLimits(): Promise<TenantLimits> {
    return thanosLimitsShown(await this.text("/metrics")).write.tenants ?? {};
  }

  /** Of the tenants whose blocks the compactor takes. */
  async retention(): Promise<TenantLimits> {
    const answer = await this.text(THANOS_FLAGS_PATH);
    const [{ regex = "" } = {}] = fromYaml(
      flagsShown(answer)["selector.relabel-config"] ?? "[]",
    ) as {
      regex?: string;
    }[];
    return Object.fromEntries(regex.split("|").map((id) => [id, retentionShown(answer)]));
  }
}

/** Those who take writes limit series, and nobody limits anything else. */
function seriesLimits(cell: Cell): EnforcedLimits {
  const { write } = thanosLimits({
    cell: cell.name,
    tenants: metricsLoads(cell),
    watcher: cell.watcher,
    copies: 1,
    reads: "",
  });
  return {
    components: ["distributor"],
    byTenant: write.tenants ?? {},
    read: (ask) => new ThanosReader(title, ask).seriesLimits(),
  };
}

function retention(store: Store, cell: Cell): EnforcedLimits {
  const groups = Object.values(retentionsOf(metricsLoads(cell), downsamplingOf(store)));
  const byTenant = groups.flatMap((group) =>
    group.tenants.map((id) => [id, retentionFlags(group.days)] as const),
  );
  return {
    components: ["compactor"],
    together: true,
    byTenant: Object.fromEntries(byTenant),
    read: (ask) => new ThanosReader(title, ask).retention(),
  };
}
