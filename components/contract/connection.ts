import type * as pulumi from "@pulumi/pulumi";
import { fromSeconds } from "../kit/duration";
import { DEFAULT_BACKENDS } from "./defaults";
import type { EdgeFacts, HubContract } from "./hub";
import { SIGNALS, type Signal } from "./names";

/** Name of the backend that stores each signal of an edge. It decides how the edge writes. */
export interface EdgeConnectionBackends {
  /** Backend of metrics. Undefined if the hub stores no metrics of the edge. */
  metrics?: string;
  /** Backend of logs. Undefined if the hub stores no logs of the edge. */
  logs?: string;
  /** Backend of traces. Undefined if the hub stores no traces of the edge. */
  traces?: string;
}

/**
 * Everything that an edge has to know about its hub: argument `connection` of EdgeAgent. It comes
 * from the output `edges` of HubObservability, or from `edgeConnection` of a contract that another
 * stack recorded. It contains no secret.
 */
export interface EdgeConnection {
  /** Name of the edge in the hub's inventory, and the label `cluster`. */
  cluster: string;
  /** The label `environment`. */
  environment: string;
  /** The label `region`. */
  region: string;
  /** The label `cluster_type`. */
  clusterType: string;
  /** The label `tenant_id`: the tenant that stores the edge's data. */
  tenantId: string;
  /** Address of the hub's gateway without a path, e.g. `https://ingest.ops.example.com`. */
  url: string;
  /** Name that the gateway's certificate must hold. */
  serverName: string;
  /**
   * CA certificates (PEM) with which the edge verifies the gateway. There are two while a CA is
   * being replaced.
   */
  trustBundle: pulumi.Input<string[]>;
  /** The edge's certificate (PEM), signed by the hub. Empty until the hub has signed one. */
  certificate: pulumi.Input<string>;
  /**
   * CA certificates (PEM) with which the edge verifies the hub's queries. Undefined if the hub does
   * not query the edge.
   */
  queryTrust?: pulumi.Input<string[]>;
  /**
   * Whether the hub stores the samples of only one of several agents, and removes their label
   * `__replica__`.
   */
  deduplicates: boolean;
  /** Backend that stores each signal of the edge. */
  backends: EdgeConnectionBackends;
  /** Longest time that the hub may be away without loss of a sample, as a duration, e.g. `6h`. */
  outage: string;
  /** Number of series that the edge sends at a time. */
  activeSeries: number;
  /** Bytes of log lines per second. Undefined if an older hub does not say it. */
  logBytesPerSecond?: number;
  /** Number of spans per second. Undefined if an older hub does not say it. */
  spansPerSecond?: number;
  /** Number of nodes of the edge's cluster. Undefined if the inventory does not say it. */
  nodes?: number;
}

/** What an edge needs beside the facts that the inventory has of it. */
interface ConnectionParts {
  readonly gateway: HubContract["gateway"];
  readonly trustBundle: pulumi.Input<string[]>;
  readonly certificate: pulumi.Input<string>;
  readonly queryTrust?: pulumi.Input<string[]> | undefined;
  readonly deduplicates: boolean;
  /** Backends of the edge's cell, by signal. Those that are not named are the default ones. */
  readonly backends?: EdgeConnectionBackends | undefined;
}

/** The connection of an edge. `name`: its key in the inventory. */
export function connectionOf(
  name: string,
  facts: EdgeFacts,
  { gateway, trustBundle, certificate, queryTrust, deduplicates, backends = {} }: ConnectionParts,
): EdgeConnection {
  const { logBytesPerSecond, spansPerSecond, nodes } = facts;
  return {
    cluster: name,
    environment: facts.environment,
    region: facts.region,
    clusterType: facts.clusterType,
    tenantId: facts.tenant,
    ...gateway,
    trustBundle,
    certificate,
    ...(queryTrust !== undefined && { queryTrust }),
    deduplicates,
    backends: Object.fromEntries(
      storedSignals(facts).map((signal) => [signal, backends[signal] ?? DEFAULT_BACKENDS[signal]]),
    ),
    outage: fromSeconds(facts.outageSeconds),
    activeSeries: facts.activeSeries,
    ...(logBytesPerSecond !== undefined && { logBytesPerSecond }),
    ...(spansPerSecond !== undefined && { spansPerSecond }),
    ...(nodes !== undefined && { nodes }),
  };
}

/** Signals that an edge's cell stores. Hubs that do not say it store metrics alone. */
function storedSignals({ signals = ["metrics"] }: Pick<EdgeFacts, "signals">): Signal[] {
  return SIGNALS.filter((signal) => signals.includes(signal));
}

/**
 * The connection of one edge as its hub recorded it. Undefined where the hub does not know the
 * edge, or has not signed its certificate yet.
 */
export function edgeConnection(hub: HubContract, name: string): EdgeConnection | undefined {
  const entry = hub.edges[name];
  if (!entry || entry.state === "waiting" || !entry.certificate) return undefined;
  return connectionOf(name, entry, {
    gateway: hub.gateway,
    trustBundle: hub.trustBundle,
    certificate: entry.certificate,
    queryTrust: entry.query === undefined ? undefined : hub.queryTrust,
    deduplicates: hub.deduplicates ?? false,
    backends: {
      metrics: hub.metricsBackends?.[entry.cell],
      ...hub.backends?.[entry.cell],
    },
  });
}
