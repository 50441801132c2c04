import type { AlertMetrics } from "../backends/backend";
import type { Signal } from "../contract/names";
import type { OwnRules } from "./own/model";
import type { Slo } from "./slos";
import type { Alert } from "./types";
import type { ComparedEnvironments } from "./workloads/fleet";
import type { WorkloadAlerts } from "./workloads/rules";

/**
 * What rules are made of: the inventory of one cell, and the certificates that the hub signed.
 * Everything in it is public.
 */
export interface RulesModel {
  /** Whether a group names the tenants whose series it sees. Otherwise it sees all of the cell. */
  readonly groupsNameTenants: boolean;
  readonly hub: HubSelector;
  /** Namespaces of the agents of the cell's edges, each with `<namespace>-node` beside it. */
  readonly agentNamespaces: readonly string[];
  /** Names of the metrics of every backend. */
  readonly backends: readonly BackendMetrics[];
  /** Tenants of the hub. */
  readonly tenants: readonly string[];
  /** Those whose data the cell stores. */
  readonly ownTenants: readonly string[];
  readonly edges: readonly RulesEdge[];
  readonly certificates: readonly WatchedCertificate[];
  /** Of the cell's tenants. */
  readonly slos: readonly Slo[];
  /** Rules that users bring, of the cell's tenants. */
  readonly own: OwnRules;
  /** Days before its end from which a certificate is renewed. */
  readonly renewalDays: number;
  /** Address of a runbook without the name of the alert, which ends it. */
  readonly runbookBaseUrl: string;
  readonly workloads: WorkloadAlerts;
  /** Environments whose clusters should use about as much. */
  readonly compared: readonly ComparedEnvironments[];
}

/** How series of the hub's own pods are selected. */
export interface HubSelector {
  readonly namespace: string;
  /** Name of the edge whose agent scrapes them. Undefined where it is not known. */
  readonly cluster?: string | undefined;
}

/** Names of a backend's own metrics, and its own alerts. */
export interface BackendMetrics {
  readonly signal: Signal;
  readonly alerts: AlertMetrics;
  /** Alerts that it alone has. `hub`: matchers of the series of the hub's pods. */
  ownAlerts?(hub: string): Alert[];
}

export interface RulesEdge {
  readonly name: string;
  readonly tenant: string;
  /** Only a signed edge can be missed. */
  readonly state: "waiting" | "revoked" | "signed";
  readonly environment?: string;
  readonly region?: string;
  readonly clusterType?: string;
}

export interface WatchedCertificate {
  /** What it is for. `cluster`: the edge, where it is an edge's. */
  readonly certificate: "edge" | "gateway" | "authority";
  readonly cluster?: string;
  /** Seconds since 1970. */
  readonly notAfter: number;
}
