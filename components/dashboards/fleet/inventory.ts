import { CERTIFICATE_EXPIRY, EDGE_INFO, RULES_INFO } from "../../rules/metrics";
import type { Dashboard } from "../kit/dashboard";
import { bars, drill, stat, table } from "../kit/panels";
import { EVERYTHING, scope, variablesOf } from "../kit/scope";

const by = scope("tenant", "environment", "region", "cluster");
const { now, series } = by;
/** What the hub records of certificates names their edge, and no tenant. */
const certificates = by.with({ tenant: undefined, environment: undefined, region: undefined });
const UNFILTERED = "certificates name their edge, and belong to no tenant";
const DAY = 86_400;
const days = (text: string) => `(${text} - time()) / ${DAY}`;
const SIGNED = series(EDGE_INFO, 'state="signed"');
const TO_CLUSTER = drill("Cluster", "cluster", "cluster");
const LEFT = { warning: 30, critical: 10, below: true } as const;

/** What should be there: edges, and the certificates by which they are let in. */
export const INVENTORY: Dashboard = {
  name: "inventory",
  title: "Inventory and certificates",
  description: "Edges that should send, what is missing of them, and when certificates end",
  folder: "Fleet",
  audience: "operators",
  variables: variablesOf(by, EDGE_INFO),
  related: ["fleet", "pipeline"],
  rows: {
    Edges: {
      signed: stat(
        "Edges with a certificate",
        "short",
        "Edges that the hub has signed, and which should send.",
        now(`count(${SIGNED}) or vector(0)`, "edges"),
        { width: 6 },
      ),
      waiting: stat(
        "Edges that wait",
        "short",
        "Edges of the inventory that have asked for no certificate yet.",
        now(`count(${series(EDGE_INFO, 'state="waiting"')}) or vector(0)`, "edges"),
        { width: 6 },
      ),
      revoked: stat(
        "Edges that are shut out",
        "short",
        "Edges whose certificate the gateway rejects.",
        now(`count(${series(EDGE_INFO, 'state="revoked"')}) or vector(0)`, "edges"),
        { width: 6 },
      ),
      silent: stat(
        "Edges that are silent",
        "short",
        "Edges that should send, and of which no sample is younger than 5 minutes.",
        now(
          `count(group by (cluster) (${SIGNED}) unless on (cluster) group by (cluster) (${series("up")})) or vector(0)`,
          "edges",
        ),
        { width: 6, thresholds: { critical: 1 }, links: [drill("Pipeline", "pipeline")] },
      ),
      edges: table(
        "Edges",
        "short",
        "The inventory: a row for each edge, and whether samples of it arrive.",
        [
          now(
            `max by (cluster, tenant_id, environment, region, cluster_type, state) (${series(EDGE_INFO)})`,
            "in the inventory",
          ),
          now(
            `group by (cluster, tenant_id, environment, region, cluster_type) (${series("up")})`,
            "sends",
            { thresholds: { critical: 1, below: true } },
          ),
        ],
        { links: [TO_CLUSTER] },
      ),
    },
    Certificates: {
      first: stat(
        "The certificate that ends first",
        "d",
        "Days until the first certificate of an edge ends. Updates renew what has 30 days left.",
        certificates.now(days(`min(${certificates.series(CERTIFICATE_EXPIRY)})`), "days", {
          unfiltered: UNFILTERED,
        }),
        { width: 8, thresholds: LEFT },
      ),
      gateway: stat(
        "Certificate of the gateway",
        "d",
        "Days until the certificate ends by which edges know the gateway.",
        EVERYTHING.now(days(`min(${CERTIFICATE_EXPIRY}{certificate="gateway"})`), "days", {
          unfiltered: UNFILTERED,
        }),
        { width: 8, thresholds: LEFT },
      ),
      authority: stat(
        "Certificate of the authority",
        "d",
        "Days until the authority ends that signs all others. It is replaced in three updates.",
        EVERYTHING.now(days(`min(${CERTIFICATE_EXPIRY}{certificate="authority"})`), "days", {
          unfiltered: UNFILTERED,
        }),
        { width: 8, thresholds: { warning: 365, critical: 90, below: true } },
      ),
      byEdge: bars(
        "Days left by edge",
        "d",
        "Days until the certificate of an edge ends, the 20 that end first.",
        certificates.now(
          `bottomk(20, min by (cluster) (${days(certificates.series(CERTIFICATE_EXPIRY))}))`,
          "{{cluster}}",
          { unfiltered: UNFILTERED },
        ),
        { width: 24, thresholds: LEFT, links: [TO_CLUSTER] },
      ),
    },
    Rules: {
      rules: table(
        "Rules in force",
        "short",
        "The hash of the rules that each cell evaluates, as the ruler has recorded it.",
        EVERYTHING.now(`group by (hash) (${RULES_INFO})`, "in force", {
          unfiltered: "rules are those of a cell, not of a tenant",
        }),
        { height: 5 },
      ),
    },
  },
};
