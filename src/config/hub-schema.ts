import { z } from "zod";
import {
  accepted,
  dashboardsFields,
  described,
  edgeSizing,
  ENDPOINT_EXPECTED,
  exampleOf,
  gatewayFields,
  globalQueryFields,
  hubEdgeFields as edgeFields,
  mapOf,
  rulesFields,
  sloFields,
  tenantFields,
  text,
  whole,
} from "@heliograph/heliograph/model";
import { alerting } from "./alerting-schema";
import { authority, certificates } from "./authority-schema";
import { cell } from "./cell-schema";
import { KEEPS_METRICS } from "./edge-metrics-schema";
import { grafana } from "./grafana-schema";
import { dashboardFolders, ruleFolders } from "./own-files";

const { host, port, replicas, ...exposure } = gatewayFields;

const gateway = described(
  z.strictObject({
    host,
    port,
    addresses: described(
      z.array(described(z.union([z.ipv4(), z.ipv6()]), "An IP address", "10.20.0.10")).default([]),
      "IP addresses at which edges reach the gateway. They are in the gateway's certificate.",
      ["10.20.0.10"],
      "a list of addresses",
    ),
    replicas,
    ...exposure,
  }),
  "The gateway, to which edges write",
  { host: "ingest.ops.example.com" },
);

const minimum = (of: string) =>
  whole(
    `Lowest value that \`${of}\` may have, if somebody relies on it. Defaults to none.`,
    [1, 3650],
    30,
  ).optional();

const { displayName, cell: cellOfTenant, logAlerts, ...retention } = tenantFields;

const tenant = described(
  z.strictObject({
    displayName,
    cell: cellOfTenant,
    retentionDays: retention.retentionDays,
    minRetentionDays: minimum("retentionDays"),
    logRetentionDays: retention.logRetentionDays,
    minLogRetentionDays: minimum("logRetentionDays"),
    traceRetentionDays: retention.traceRetentionDays,
    minTraceRetentionDays: minimum("traceRetentionDays"),
    logAlerts,
  }),
  "A tenant, whose members may read its data",
  { retentionDays: 90 },
);

/** Entry of the inventory, from which the gateway's map, limits and labels are derived. */
const edge = described(
  z.strictObject({
    ...edgeFields,
    activeSeries: edgeFields.activeSeries.optional(),
    query: described(
      edgeFields.query,
      "Address at which the hub queries the edge's metrics, if the edge keeps them " +
        `(the edge's \`metrics.mode\` is ${KEEPS_METRICS}). \`npm run up\` writes it here.`,
      "query.dev.example.com:10901",
      ENDPOINT_EXPECTED,
    ),
    request: described(
      z.string().includes("BEGIN CERTIFICATE REQUEST").optional(),
      "Certificate request (PEM) that the edge created. `npm run up` writes it here.",
      "-----BEGIN CERTIFICATE REQUEST-----\n...\n-----END CERTIFICATE REQUEST-----\n",
    ),
    fromStack: text(
      "Stack of the edge, from whose output the request is read. Give it instead of `request`.",
      "organization/heliograph/dev",
    ).optional(),
  }),
  "An edge cluster",
  { tenant: "dev", environment: "dev", region: "uaenorth" },
).transform((entry) => {
  const { activeSeries, size } = edgeSizing(entry);
  return { ...entry, activeSeries, ...size };
});

const slo = described(
  z.strictObject(sloFields),
  "A service level objective: which share of all events has to be good",
  {
    tenant: "dev",
    objective: 99.9,
    good: exampleOf(sloFields.good),
    total: exampleOf(sloFields.total),
  },
);

export const hubSection = described(
  z.strictObject({
    gateway,
    cells: described(mapOf(cell), "Cells by name. Tenants are in the cell `main` by default.", {
      main: { region: "uaenorth" },
    }),
    tenants: described(mapOf(tenant), "Tenants by id. An id cannot change.", {
      dev: { retentionDays: 30 },
    }),
    edges: described(mapOf(edge), "Edges by name. With the tenants they are the inventory.", {
      dev: { tenant: "dev", environment: "dev", region: "uaenorth" },
    }),
    slos: described(
      mapOf(slo).default({}),
      "Service level objectives by name. Rules record them, and alerts fire while an error " +
        "budget is used up too fast. Defaults to none.",
      { checkout: exampleOf(slo) },
    ),
    authority,
    certificates,
    alerting,
    rules: described(
      z.strictObject({ ...rulesFields, folders: ruleFolders }).optional(),
      "Rules about what runs on the clusters, and your own. Defaults to all of Heliograph's, with " +
        "their own thresholds.",
      { disabled: ["NodeCpuBusy"] },
    ),
    dashboards: described(
      z.strictObject({ ...dashboardsFields, folders: dashboardFolders }).optional(),
      "What Grafana shows beside Heliograph's own dashboards. Defaults to nothing.",
      { folders: { operators: "dashboards" } },
    ),
    globalQuery: described(
      z.strictObject(globalQueryFields).optional(),
      "One query over every cell, and over every edge that keeps its metrics. Defaults to none.",
      { replicas: 2 },
    ),
    grafana: grafana.optional(),
    additionalTrust: described(
      z.array(z.string().includes("BEGIN CERTIFICATE")).default([]),
      "CA certificates (PEM) of other CAs that are trusted too",
      ["-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n"],
      "a list",
    ),
    acceptStranding: accepted("cells.main.metrics.bucket"),
  }),
  "The hub of this stack",
  { gateway: { host: "ingest.ops.example.com" } },
);

export type HubSection = z.output<typeof hubSection>;
