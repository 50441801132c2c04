import { z } from "zod";
import {
  accepted,
  alertingFields,
  deadMansSwitchFields,
  described,
  edgeSizing,
  ENDPOINT_EXPECTED,
  gatewayFields,
  globalQueryFields,
  hubEdgeFields as edgeFields,
  mapOf,
  tenantFields,
  text,
  whole,
} from "@heliograph/heliograph/model";
import { authority, certificates } from "./authority-schema";
import { cell } from "./cell-schema";
import { KEEPS_METRICS } from "./edge-metrics-schema";
import { grafana } from "./grafana-schema";

const { host, port, replicas, ...exposure } = gatewayFields;

const gateway = described(
  z.strictObject({
    host,
    port,
    addresses: described(
      z.array(described(z.union([z.ipv4(), z.ipv6()]), "An IP address", "10.20.0.10")).default([]),
      "IP addresses under which edges reach it, for the certificate: a list of addresses",
      ["10.20.0.10"],
    ),
    replicas,
    ...exposure,
  }),
  "Where edges write to",
  { host: "ingest.ops.example.com" },
);

const minimum = (of: string) =>
  whole(
    `Days below which \`${of}\` must not fall, where somebody relies on them`,
    [1, 3650],
    30,
  ).optional();

const { displayName, cell: cellOfTenant, ...retention } = tenantFields;

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
  }),
  "A tenant: who may see which data",
  { retentionDays: 90 },
);

/** Entry of the inventory: the one list from which the gateway's map, limits and labels are made. */
const edge = described(
  z.strictObject({
    ...edgeFields,
    activeSeries: edgeFields.activeSeries.optional(),
    query: described(
      edgeFields.query,
      `Where the hub queries the edge's metrics, which stay with it (the edge's \`metrics.mode\` ${KEEPS_METRICS}): ${ENDPOINT_EXPECTED}; \`npm run up\` puts it here`,
      "query.dev.example.com:10901",
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
      ...alertingFields,
      deadMansSwitch: described(
        z.strictObject(deadMansSwitchFields).optional(),
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
      z.strictObject(globalQueryFields).optional(),
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
