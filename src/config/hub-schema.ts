import { z } from "zod";
import {
  accepted,
  ALERTMANAGER,
  ALERTMANAGER_EXPECTED,
  DEFAULT_CELL,
  DEFAULT_RATES,
  DEFAULT_RETENTION_DAYS,
  described,
  duration,
  edgeSizing,
  ENDPOINT,
  ENDPOINT_EXPECTED,
  mapOf,
  name,
  port,
  text,
  whole,
} from "@heliograph/heliograph/model";
import { authority, certificates } from "./authority-schema";
import { cell } from "./cell-schema";
import { exposureFields } from "./exposure-schema";
import { grafana } from "./grafana-schema";

const gateway = described(
  z.strictObject({
    host: text(
      "Name under which edges reach the gateway; it is in the gateway's certificate",
      "ingest.ops.example.com",
    ),
    port: port("Port under which edges reach it", 443).default(443),
    addresses: described(
      z.array(described(z.union([z.ipv4(), z.ipv6()]), "An IP address", "10.20.0.10")).default([]),
      "IP addresses under which edges reach it, for the certificate: a list of addresses",
      ["10.20.0.10"],
    ),
    replicas: whole("Number of gateway pods", [1, 50], 2).default(2),
    ...exposureFields(30_443),
  }),
  "Where edges write to",
  { host: "ingest.ops.example.com" },
);

const retention = (what: string, example: number) =>
  whole(`Days for which ${what} kept`, [1, 3650], example);
const minimum = (of: string) =>
  whole(`Days below which \`${of}\` must not fall, where somebody relies on them`, [1, 3650], 30);

const tenant = described(
  z.strictObject({
    displayName: text(
      "What people call the tenant; may change, unlike its id",
      "Development",
    ).optional(),
    cell: name("Cell that stores all of its data, one of `cells`; never changed", "eu").default(
      DEFAULT_CELL,
    ),
    retentionDays: retention("its metrics are", 90),
    minRetentionDays: minimum("retentionDays").optional(),
    logRetentionDays: retention("its log lines are", 30).default(DEFAULT_RETENTION_DAYS.logs),
    minLogRetentionDays: minimum("logRetentionDays").optional(),
    traceRetentionDays: retention("its traces are", 7).default(DEFAULT_RETENTION_DAYS.traces),
    minTraceRetentionDays: minimum("traceRetentionDays").optional(),
  }),
  "A tenant: who may see which data",
  { retentionDays: 90 },
);

/** Entry of the inventory: the one list from which the gateway's map, limits and labels are made. */
const edge = described(
  z.strictObject({
    tenant: name("Tenant into which the edge writes, one of `tenants`", "dev"),
    environment: name("Environment; waves go by it, and it is the label `environment`", "dev"),
    region: text("Region of the cluster, the label `region`", "uaenorth"),
    clusterType: described(
      z.enum(["workload", "ops"]).default("workload"),
      "What the cluster is for, the label `cluster_type`: workload or ops",
      "workload",
    ),
    activeSeries: whole(
      "Series the edge sends at a time; limits and the edge's buffer come from it. Where left out, what a cluster of that size is expected to give",
      [1000, 100_000_000],
      200_000,
    ).optional(),
    nodes: whole("Nodes of the cluster; 10 where left out", [1, 10_000], 10).optional(),
    pods: whole(
      "Pods of the cluster; 30 for each node where left out",
      [1, 1_000_000],
      300,
    ).optional(),
    applicationSeries: whole(
      "Series of annotated pods and services and of monitors; 250 for each pod where left out",
      [0, 100_000_000],
      75_000,
    ).optional(),
    logBytesPerSecond: whole(
      "Bytes of log lines the edge sends in a second; limits and sizes come from it",
      [1000, 1_000_000_000],
      100_000,
    ).default(DEFAULT_RATES.logBytesPerSecond),
    spansPerSecond: whole(
      "Spans the edge sends in a second, after sampling; limits and sizes come from it",
      [1, 10_000_000],
      200,
    ).default(DEFAULT_RATES.spansPerSecond),
    allTraces: described(
      z.boolean().default(false),
      "Whether the edge sends all of its traces, sampling none: true or false",
      true,
    ),
    query: described(
      z.string().regex(ENDPOINT).optional(),
      `Where the hub queries the edge's metrics, which stay with it (the edge's \`metrics.mode\` thanos): ${ENDPOINT_EXPECTED}; \`npm run up\` puts it here`,
      "query.dev.example.com:10901",
    ),
    outage: duration("How long the hub may be away before the edge loses samples", "6h").default(
      "6h",
    ),
    keyGeneration: whole(
      "Which of the edge's keys is trusted; raise it at the edge too, to shut out a leaked one",
      [1, 10_000],
      1,
    ).default(1),
    revoked: described(
      z.boolean().default(false),
      "Whether the edge is shut out: true or false",
      true,
    ),
    request: described(
      z.string().includes("BEGIN CERTIFICATE REQUEST").optional(),
      "Certificate request of the edge (PEM), as its stack prints it; `npm run up` puts it here",
      "-----BEGIN CERTIFICATE REQUEST-----\n...\n-----END CERTIFICATE REQUEST-----\n",
    ),
    fromStack: text(
      "Stack from whose output `edge` the request is read, instead of `request`",
      "organization/heliograph/dev",
    ).optional(),
  }),
  "An edge cluster",
  { tenant: "dev", environment: "dev", region: "uaenorth" },
).transform((entry) => {
  const { activeSeries, size } = edgeSizing(entry);
  return { ...entry, activeSeries, ...size };
});

const alerting = described(
  z
    .strictObject({
      alertmanagers: described(
        z
          .array(
            described(
              z.string().regex(ALERTMANAGER),
              `An Alertmanager: ${ALERTMANAGER_EXPECTED}`,
              "http://alertmanager.monitoring:9093",
            ),
          )
          .default([]),
        "Alertmanagers that are told, each of every alert: a list of addresses",
        ["http://alertmanager.monitoring:9093"],
      ),
      deadMansSwitch: described(
        z
          .strictObject({
            everySeconds: whole("Seconds between two calls", [10, 86_400], 60).default(60),
          })
          .optional(),
        "Calls the address in `heliograph:secrets` `deadMansSwitch` for as long as metrics arrive and alerts are evaluated; left out, nobody is called",
        { everySeconds: 60 },
      ),
    })
    .default({ alertmanagers: [] }),
  "Who is told when something is wrong",
  { deadMansSwitch: { everySeconds: 60 } },
);

export const hubSection = described(
  z.strictObject({
    gateway,
    cells: described(mapOf(cell), "Cells by name; `main` where there is one", {
      main: { region: "uaenorth" },
    }),
    tenants: described(mapOf(tenant), "Tenants by id; an id never changes", {
      dev: { retentionDays: 30 },
    }),
    edges: described(mapOf(edge), "Edges by name: the inventory", {
      dev: { tenant: "dev", environment: "dev", region: "uaenorth" },
    }),
    authority,
    certificates,
    alerting,
    globalQuery: described(
      z.strictObject({ replicas: whole("Number of its pods", [1, 50], 2).default(2) }).optional(),
      "One query over every edge whose metrics stay with it, and every cell; left out, there is none",
      { replicas: 2 },
    ),
    grafana: grafana.optional(),
    additionalTrust: described(
      z.array(z.string().includes("BEGIN CERTIFICATE")).default([]),
      "CA certificates (PEM) of others, trusted beside the hub's own: a list",
      ["-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n"],
    ),
    acceptStranding: accepted("cells.main.metrics.bucket"),
  }),
  "The hub of this stack",
  { gateway: { host: "ingest.ops.example.com" } },
);

export type HubSection = z.output<typeof hubSection>;
