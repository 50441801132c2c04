import type * as pulumi from "@pulumi/pulumi";
import { fromSeconds } from "../kit/duration";
import type { EdgeFacts, HubContract } from "./hub";
import { DEFAULT_BACKENDS, SIGNALS, type Signal } from "./names";

/** Which backend stores each signal of an edge, by its name: it decides how the edge writes. */
export interface EdgeConnectionBackends {
  /** E.g. `mimir`. Undefined where the hub stores no metrics of the edge. */
  metrics?: string;
  /** E.g. `loki`. Undefined where the hub stores no logs of the edge. */
  logs?: string;
  /** E.g. `tempo`. Undefined where the hub stores no traces of the edge. */
  traces?: string;
}

/**
 * Everything that an edge has to know about its hub: output `edges` of HubObservability, or
 * `edgeConnection` of a contract that another stack recorded. EdgeAgent takes it as it is. Nothing
 * in it is secret.
 */
export interface EdgeConnection {
  /** Name of the edge in the hub's inventory; the label `cluster`. */
  cluster: string;
  /** The label `environment`. */
  environment: string;
  /** The label `region`. */
  region: string;
  /** The label `cluster_type`. */
  clusterType: string;
  /** Tenant into which the hub stores what the edge sends; the label `tenant_id`. */
  tenantId: string;
  /** Address of the hub's gateway without a path, e.g. `https://ingest.ops.example.com`. */
  url: string;
  /** Name that the gateway's certificate must hold. */
  serverName: string;
  /** CA certificates (PEM) that vouch for the gateway; two while a CA is being replaced. */
  trustBundle: pulumi.Input<string[]>;
  /** The edge's certificate (PEM), signed by the hub. */
  certificate: pulumi.Input<string>;
  /**
   * CA certificates (PEM) that vouch for the hub when it queries the edge's metrics in place.
   * Undefined where it does not query them.
   */
  queryTrust?: pulumi.Input<string[]>;
  /** Whether the hub takes the samples of one of several agents, and drops their replica label. */
  deduplicates: boolean;
  /** Which backend stores each signal of the edge. */
  backends: EdgeConnectionBackends;
  /** Longest time for which the hub may be away without the loss of a sample, e.g. `6h`. */
  outage: string;
  /** Series that the edge sends at a time. */
  activeSeries: number;
  /** Bytes of log lines in a second. Undefined where an older hub does not say it. */
  logBytesPerSecond?: number;
  /** Spans in a second. Undefined where an older hub does not say it. */
  spansPerSecond?: number;
  /** Nodes of the edge's cluster. Undefined where the inventory does not say it. */
  nodes?: number;
}

/** What an edge needs beside the facts that the inventory has of it. */
export interface ConnectionParts {
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
export function storedSignals({ signals = ["metrics"] }: Pick<EdgeFacts, "signals">): Signal[] {
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
