import { z } from "zod";
import {
  DEFAULT_CELL,
  DEFAULT_CLUSTER_TYPE,
  DEFAULT_RATES,
  DEFAULT_RETENTION_DAYS,
} from "../contract/defaults";
import { ENDPOINT, ENDPOINT_EXPECTED } from "../contract/names";
import { described, duration, name, text, whole } from "../kit/fields";
import { logAlertsField, type HubLogAlertsArgs } from "./log-alert-args";

/**
 * A tenant: who may read which data. The key in `tenants` is its id, which cannot change.
 *
 * The inventory must be known at preview, because sizes, limits and rules are derived from it.
 */
export interface HubTenantArgs {
  /** Name of the tenant for people. Defaults to its id. */
  displayName?: string;
  /**
   * Cell that stores all data of the tenant's edges, a key of `cells`. It cannot change while there
   * is data. Defaults to `main`.
   */
  cell?: string;
  /** Number of days for which the tenant's metrics are kept, 1 to 3650. */
  retentionDays: number;
  /** Number of days for which the tenant's logs are kept, 1 to 3650. Defaults to 30. */
  logRetentionDays?: number;
  /** Number of days for which the tenant's traces are kept, 1 to 3650. Defaults to 7. */
  traceRetentionDays?: number;
  /** Alerts on the tenant's log lines, `{}` for the defaults. Defaults to none. */
  logAlerts?: HubLogAlertsArgs;
}

const retention = (what: string, example: number) =>
  whole(`Number of days for which the tenant's ${what} are kept`, [1, 3650], example);

/** Limits of a tenant's fields. */
export const tenantFields = {
  displayName: text(
    "Name of the tenant for people. Unlike the id it can change.",
    "Development",
  ).optional(),
  cell: name(
    "Cell that stores all data of the tenant, one of `cells`. It cannot change while there is data.",
    "eu",
  ).default(DEFAULT_CELL),
  retentionDays: retention("metrics", 90),
  logRetentionDays: retention("logs", 30).default(DEFAULT_RETENTION_DAYS.logs),
  traceRetentionDays: retention("traces", 7).default(DEFAULT_RETENTION_DAYS.traces),
  logAlerts: logAlertsField,
};

/**
 * An edge: a cluster that sends to the hub. The key in `edges` is its name and the label `cluster`.
 *
 * The inventory must be known at preview, because sizes, limits and rules are derived from it.
 */
export interface HubEdgeArgs {
  /** Tenant that stores the edge's data, a key of `tenants`. */
  tenant: string;
  /** The label `environment`, by which you can route alerts about the edge. A DNS label. */
  environment: string;
  /** The label `region`, by which you can route alerts about the edge. */
  region: string;
  /** The label `cluster_type`: `workload` or `ops`. Defaults to `workload`. */
  clusterType?: string;
  /**
   * Generation of the edge's key that the gateway accepts, from 1. Raise it to lock out older keys.
   */
  keyGeneration: number;
  /**
   * Host and port at which the hub queries the edge's metrics, e.g. `query.dev.example.com:10901`.
   * The edge then keeps its metrics, and sends only those with which the hub watches it. Defaults
   * to none: the edge sends all metrics.
   */
  query?: string;
  /** Whether the gateway rejects the edge. Defaults to false. */
  revoked?: boolean;
  /**
   * Longest time that the hub may be away without loss of the edge's samples, as a duration, e.g.
   * `6h`.
   */
  outage: string;
  /** Number of series that the edge has at a time. Limits, memory and CPU are derived from it. */
  activeSeries: number;
  /**
   * Bytes of log lines that the edge sends per second. Limits and sizes are derived from it, with
   * room for what an outage delays. Defaults to 100,000.
   */
  logBytesPerSecond?: number;
  /**
   * Number of spans that the edge sends per second, after sampling. Limits and sizes are derived
   * from it, with room for what an outage delays. Defaults to 200.
   */
  spansPerSecond?: number;
  /** Whether the edge sends all of its traces, without sampling. Defaults to false. */
  allTraces?: boolean;
  /**
   * Number of nodes of the cluster, from which the edge derives sizes. Defaults to none: the edge
   * then assumes one.
   */
  nodes?: number;
  /** Number of pods of the cluster, for the sizes of the edge. Defaults to none. */
  pods?: number;
  /**
   * Number of series of the applications, for the sizes of the edge. Defaults to none.
   */
  applicationSeries?: number;
  /**
   * Namespace of the edge's agents: argument `namespace` of its EdgeAgent. Alerts look for them
   * there and in `<namespace>-node`. Defaults to `heliograph`.
   */
  agentNamespace?: string;
}

/** Limits of an edge's fields. */
export const edgeFields = {
  tenant: name("Tenant that stores the edge's data, one of `tenants`", "dev"),
  environment: name(
    "Environment of the edge, the label `environment`. Edges of one environment are updated in one wave.",
    "dev",
  ),
  region: text("Region of the cluster, the label `region`", "uaenorth"),
  clusterType: described(
    z.enum(["workload", "ops"]).default(DEFAULT_CLUSTER_TYPE),
    "What the cluster is for, the label `cluster_type`",
    "workload",
    "workload or ops",
  ),
  activeSeries: whole(
    "Number of series that the edge sends at a time. Limits and the edge's buffer are derived from " +
      "it. Defaults to the number that a cluster with these `nodes`, `pods` and " +
      "`applicationSeries` is expected to have.",
    [1000, 100_000_000],
    200_000,
  ),
  nodes: whole("Number of nodes of the cluster. Defaults to 10.", [1, 10_000], 10).optional(),
  pods: whole(
    "Number of pods of the cluster. Defaults to 30 for each node.",
    [1, 1_000_000],
    300,
  ).optional(),
  applicationSeries: whole(
    "Number of series of annotated pods and services, and of monitors. " +
      "Defaults to 250 for each pod.",
    [0, 100_000_000],
    75_000,
  ).optional(),
  logBytesPerSecond: whole(
    "Bytes of log lines that the edge sends per second. Limits and sizes are derived from it.",
    [1000, 1_000_000_000],
    100_000,
  ).default(DEFAULT_RATES.logBytesPerSecond),
  spansPerSecond: whole(
    "Number of spans that the edge sends per second, after sampling. " +
      "Limits and sizes are derived from it.",
    [1, 10_000_000],
    200,
  ).default(DEFAULT_RATES.spansPerSecond),
  allTraces: described(
    z.boolean().default(false),
    "Whether the edge sends all of its traces, without sampling",
    true,
    "true or false",
  ),
  query: described(
    z.string().regex(ENDPOINT).optional(),
    "Address at which the hub queries the edge's metrics. The edge then keeps them",
    "query.dev.example.com:10901",
    ENDPOINT_EXPECTED,
  ),
  outage: duration(
    "Longest time that the hub may be away without loss of the edge's samples",
    "6h",
  ).default("6h"),
  keyGeneration: whole(
    "Generation of the edge's key that the gateway accepts. " +
      "To lock out a leaked key, raise it here and at the edge.",
    [1, 10_000],
    1,
  ).default(1),
  revoked: described(
    z.boolean().default(false),
    "Whether the gateway rejects the edge",
    true,
    "true or false",
  ),
};

/** Namespaces have no key in a stack file: its edges are all in the default one. */
export const agentNamespaceField = name("Namespace of the edge's agents", "heliograph").optional();
