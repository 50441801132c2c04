import type { Cell, Store } from "../../hub/model";
import { day, fieldIssues } from "../../kit/fields";
import type { Issue } from "../../kit/issues";
import type { Backend, BackendAnswer, TenantLimits } from "../backend";
import { AROUND_SPAN } from "../kit/datasource";
import { flushByPath } from "../kit/flush";
import { keyPath } from "../kit/layout-issues";
import { bucketCounters } from "../kit/object-store";
import { cacheOptions } from "../kit/cache-options";
import { LOGS } from "./boards";
import { lokiBoards } from "./operations";
import { MAX_LOKI_PUSH_BYTES } from "./config";
import { deployLoki } from "./deploy";
import { logLoads, lokiRuntimeConfig } from "./limits";
import { LOKI as ARCHITECTURE, lokiDurability, lokiIssues } from "./plan";
import { lineProbe, LokiReader } from "./reader";
import { LOKI_SHIPPERS, PUSH_PATH } from "./shippers";

const SCHEMA_FROM = day(
  "Day from which lines are stored with the current schema, the day of the first update or an " +
    "earlier one. Loki requires it. It can never change, because stored lines would not be found.",
  "2026-01-31",
);

const ANSWERS: readonly BackendAnswer[] = [
  {
    status: "400",
    becomes: "400",
    when: "Loki rejects some lines for good, and stores the others: the lines are too old, ten minutes ahead of its clock, have too many labels, or cannot be decoded",
    whyNothingIsLost:
      "the limits are derived from the inventory, so that lines of a configured outage are accepted in any order; lines that are too long are cut",
  },
];

/** From their sources. */
const PUSH_CLIENTS = [
  {
    client: "Promtail",
    keeps: "429 and 5xx, `max_retries` times",
    drops: "every other 4xx; anything after its last retry",
  },
  { client: "Fluent Bit", keeps: "all but 400, `Retry_Limit` times", drops: "400" },
] as const;
const INGEST = { port: "http", maxBodyBytes: MAX_LOKI_PUSH_BYTES, answers: ANSWERS } as const;

/** https://grafana.com/docs/loki/latest/ */
export const LOKI: Backend<"logs"> = {
  name: "loki",
  title: "Loki",
  signal: "logs",
  options: {
    schemaFrom: SCHEMA_FROM.optional(),
    ...cacheOptions("results and data from the bucket"),
  },
  defaultDisk: "20Gi",
  components: ARCHITECTURE.components,
  knowsPrefix: true,
  protectedConfig: [
    ...["auth_enabled", "target", "memberlist", "runtime_config", "common", "schema_config"],
    ...["storage_config", "ruler_storage", "server.http_listen_port", "server.grpc_listen_port"],
    ...["ingester.lifecycler", "ingester.wal", "index_gateway.ring"],
    ...["compactor.compactor_ring", "compactor.retention_enabled"],
  ],
  architecture: () => ARCHITECTURE,
  durability: lokiDurability,
  check: (store, cell) => [...schemaIssues(store, cell), ...lokiIssues(store, cell)],
  frozen: [
    {
      key: "schemaFrom",
      lost: () =>
        "lines of the days between: Loki looks for each by the schema that the configuration has for its day",
      instead: (was) => [
        `keep ${was}; a schema that comes later is a period of its own, which this program then adds`,
      ],
    },
  ],
  flush: (cell) => flushByPath("loki", cell, ARCHITECTURE.httpPort, "flush"),
  uploadsWhenStopped: true,
  ingest: [
    { path: PUSH_PATH, protocol: "Loki push", ...INGEST, clients: PUSH_CLIENTS },
    { path: "/otlp/v1/logs", protocol: "OTLP/HTTP", ...INGEST },
  ],
  shippers: LOKI_SHIPPERS,
  // https://grafana.com/docs/grafana/v13.2/datasources/loki/configure-loki-data-source/#provision-the-data-source
  datasource: {
    type: "loki",
    language: "LogQL",
    path: "",
    readsSeveralTenants: () => true,
    jsonData: ({ traces }) => ({
      manageAlerts: false,
      ...(traces && {
        derivedFields: [
          {
            name: "trace_id",
            // Structured metadata counts as labels here.
            matcherType: "label",
            matcherRegex: "trace_id",
            url: "$${__value.raw}",
            datasourceUid: traces.uid,
            urlDisplayLabel: "Trace",
          },
        ],
      }),
    }),
    fromSpan: {
      ...AROUND_SPAN,
      // Attributes of spans, and the labels of log lines that have the same value.
      tags: [
        { key: "cluster", value: "cluster" },
        { key: "k8s.namespace.name", value: "namespace" },
      ],
      customQuery: true,
      query: '{$${__tags}} | trace_id="$${__trace.traceId}"',
    },
  },
  dashboards: () => [LOGS, ...lokiBoards()],
  alerts: {
    ringMembers: "loki_ring_members",
    walFailures: ["loki_ingester_wal_disk_full_failures_total"],
    uploadFailures: ["loki_ingester_chunks_flush_failures_total"],
    compactorFailures: {
      loki_compactor_apply_retention_operation_total: `status="failure"`,
    },
    compactorLastRun: "loki_compactor_apply_retention_last_successful_run_timestamp_seconds",
    ruleFailures: { counter: "loki_prometheus_rule_evaluation_failures_total", tenant: "user" },
    bucket: bucketCounters("loki_objstore"),
    discarded: {
      counter: "loki_discarded_samples_total",
      repeated: "rate_limited|stream_limit|per_stream_rate_limit",
    },
  },
  evaluatesLogRules: true,
  limits: (_, cell) => [
    {
      components: ["distributor", "ingester", "querier", "query-frontend", "compactor", "ruler"],
      byTenant: lokiRuntimeConfig(logLoads(cell)).overrides as Record<
        string,
        object
      > as TenantLimits,
      read: (ask, tenants) => new LokiReader(ask).limits(tenants),
    },
  ],
  reader: (ask) => new LokiReader(ask),
  probe: lineProbe,
  type: "heliograph:hub:Loki",
  deploy: deployLoki,
};

/** Loki rejects lines for whose day there is no schema. */
function schemaIssues(store: Store, cell: Cell): Issue[] {
  const { schemaFrom } = store.options;
  const path = keyPath(store, cell, "schemaFrom");
  const issues = fieldIssues(SCHEMA_FROM, path, schemaFrom);
  const today = new Date().toISOString().slice(0, 10);
  if (issues.length > 0 || (schemaFrom as string) <= today) return issues;
  const expected = "a day that has been: lines from before it are refused";
  return [{ path, got: schemaFrom, expected, example: "2026-01-31" }];
}
