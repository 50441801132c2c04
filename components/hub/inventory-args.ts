import { z } from "zod";
import {
  DEFAULT_CELL,
  DEFAULT_CLUSTER_TYPE,
  DEFAULT_RATES,
  DEFAULT_RETENTION_DAYS,
} from "../contract/defaults";
import { ENDPOINT, ENDPOINT_EXPECTED } from "../contract/names";
import { described, duration, name, text, whole } from "../kit/fields";

/**
 * Who may see which data. The key in `tenants` is the immutable id.
 *
 * The inventory is known at preview: sizes, limits and rules derive from it.
 */
export interface HubTenantArgs {
  /** What people call the tenant. Defaults to its id. */
  displayName?: string;
  /**
   * Cell that stores everything that its edges send, a key of `cells`. It never changes while there
   * is data. Defaults to `main`.
   */
  cell?: string;
  /** Days for which its metrics are kept, 1 to 3650. */
  retentionDays: number;
  /** Days for which its log lines are kept, 1 to 3650. Defaults to 30. */
  logRetentionDays?: number;
  /** Days for which its traces are kept, 1 to 3650. Defaults to 7. */
  traceRetentionDays?: number;
}

const retention = (what: string, example: number) =>
  whole(`Days for which ${what} kept`, [1, 3650], example);

/** Limits of a tenant's fields. */
export const tenantFields = {
  displayName: text(
    "What people call the tenant; may change, unlike its id",
    "Development",
  ).optional(),
  cell: name("Cell that stores all of its data, one of `cells`; never changed", "eu").default(
    DEFAULT_CELL,
  ),
  retentionDays: retention("its metrics are", 90),
  logRetentionDays: retention("its log lines are", 30).default(DEFAULT_RETENTION_DAYS.logs),
  traceRetentionDays: retention("its traces are", 7).default(DEFAULT_RETENTION_DAYS.traces),
};

/**
 * An edge cluster: entry of the inventory. The key in `edges` is its name, and the label `cluster`.
 *
 * The inventory is known at preview: sizes, limits and rules derive from it.
 */
export interface HubEdgeArgs {
  /** Tenant into which it writes, a key of `tenants`. */
  tenant: string;
  /** The label `environment`, by which alerts about the edge can be routed. A DNS label. */
  environment: string;
  /** The label `region`, by which alerts about the edge can be routed. */
  region: string;
  /** The label `cluster_type`: `workload` or `ops`. Defaults to `workload`. */
  clusterType?: string;
  /** Which of the edge's keys is let in; raising it shuts out the older ones. From 1. */
  keyGeneration: number;
  /**
   * Host and port at which its metrics are queried in place: it then sends only those by which the
   * hub watches edges. Defaults to none: it sends them all.
   */
  query?: string;
  /** Whether the edge is shut out. Defaults to false. */
  revoked?: boolean;
  /** Longest time for which the hub may be away without loss of this edge's samples, e.g. `6h`. */
  outage: string;
  /** Series that the edge has at a time; limits, memory and CPU come from it. */
  activeSeries: number;
  /**
   * Bytes of log lines that it sends in a second; limits and sizes come from it, with room for what
   * piles up in an outage. Defaults to 100,000.
   */
  logBytesPerSecond?: number;
  /**
   * Spans that it sends in a second, after sampling; limits and sizes come from it, as for logs.
   * Defaults to 200.
   */
  spansPerSecond?: number;
  /** Whether it sends all of its traces, sampling none. Defaults to false. */
  allTraces?: boolean;
  /** Nodes of its cluster, for sizes at the edge. Defaults to none: the edge then counts on one. */
  nodes?: number;
  /** Pods of its cluster, which the edge is told. Defaults to none. */
  pods?: number;
  /** Series of what people run in its cluster, which the edge is told. Defaults to none. */
  applicationSeries?: number;
  /**
   * Namespace of its agents, argument `namespace` of EdgeAgent: alerts find them there, and in
   * `<namespace>-node`. Defaults to `heliograph`.
   */
  agentNamespace?: string;
}

/** Limits of an edge's fields. */
export const edgeFields = {
  tenant: name("Tenant into which the edge writes, one of `tenants`", "dev"),
  environment: name("Environment; waves go by it, and it is the label `environment`", "dev"),
  region: text("Region of the cluster, the label `region`", "uaenorth"),
  clusterType: described(
    z.enum(["workload", "ops"]).default(DEFAULT_CLUSTER_TYPE),
    "What the cluster is for, the label `cluster_type`: workload or ops",
    "workload",
  ),
  activeSeries: whole(
    "Series the edge sends at a time; limits and the edge's buffer come from it. Where left out, what a cluster of that size is expected to give",
    [1000, 100_000_000],
    200_000,
  ),
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
    `Where the hub queries the edge's metrics, which stay with it: ${ENDPOINT_EXPECTED}`,
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
};

/** Namespaces have no key in a stack file: its edges are all in the default one. */
export const agentNamespaceField = name("Namespace of the edge's agents", "heliograph").optional();
