import { EXPECTED, FRESH } from "../edge-alerts";
import { anyOf, quoted, untoldAtEdge } from "../promql";
import type { Alert } from "../types";
import { EDGE, percent, type Selector, type Subject } from "./subject";

/** Name of its group. */
const FLEET = "fleet";

/** Clusters of an environment that should use about as much as those of another one. */
export interface ComparedEnvironments {
  readonly environment: string;
  readonly with: string;
}

/**
 * What one cluster or one tenant cannot tell: evaluated for the hub's own tenant, over what the
 * rules of tenants record.
 *
 * @param sending Edges whose samples the gateway takes, although they may be old.
 */
export function fleet(compared: readonly ComparedEnvironments[], sending: string): Subject {
  return {
    name: FLEET,
    recordings: [],
    alerts: (limits, of) => [
      clusterDown({
        ...API_SERVERS_DOWN,
        "it sends nothing": `(${EXPECTED} and on (cluster) last_over_time(cluster:apiserver_up:max[1d]) unless on (cluster) ${FRESH} unless on (cluster) ${sending})`,
      }),
      ...(compared.length === 0
        ? []
        : [
            {
              name: "EnvironmentDrift",
              severity: "warning" as const,
              // Of shares, since clusters have different sizes, and each cluster with the average
              // of the other environment: the document subtracts series whose clusters differ, of
              // which no pair exists.
              expr: `abs(${anyOf(
                {
                  CPU: drift("cluster:cpu_used:ratio", compared, of),
                  memory: drift("cluster:memory_used:ratio", compared, of),
                },
                "resource",
              )}) > ${limits.environmentDriftRatio}`,
              for: "15m",
              summary:
                "Cluster {{ $labels.cluster }} uses another share of its {{ $labels.resource }} than environment {{ $labels.compared_with }}",
              description: `By {{ $value | humanizePercentage }}, more than ${percent(limits.environmentDriftRatio)}: what is tried in one says little about the other. First: versions, replicas and requests of both`,
            },
          ]),
      {
        name: "MultiClusterGPUHigh",
        severity: "warning",
        // Of all GPUs of the cluster: one that is busy is one that is used.
        expr: `${of("cluster:gpu_used:ratio")} > ${limits.clusterGpuRatio}`,
        for: "10m",
        summary:
          "The GPUs of cluster {{ $labels.cluster }} are used by {{ $value | humanizePercentage }}",
        description: `More than ${percent(limits.clusterGpuRatio)} of all of them: new work waits. First: which pods use them, and whether another cluster has free ones`,
      },
    ],
  };
}

/** One of three API servers is not the cluster. */
const API_SERVERS_DOWN = {
  "its API servers do not answer": `(cluster:apiserver_up:max == 0 ${untoldAtEdge(EDGE)})`,
};

/** What an edge that is asked by itself can tell of its cluster. */
export const ownClusterDown = clusterDown(API_SERVERS_DOWN);

/**
 * The document's `up == 0` of a job never comes of a cluster that is gone: who would say so is gone
 * with it.
 */
function clusterDown(exprs: Readonly<Record<string, string>>): Alert {
  return {
    name: "ClusterDown",
    severity: "critical",
    expr: anyOf(exprs),
    for: "5m",
    summary:
      "Cluster {{ $labels.cluster }} of environment {{ $labels.environment }} is down: {{ $labels.problem }}",
    description:
      "What runs there may still run, but nothing is started, moved or replaced, or nothing is known of it. First: the control plane, then the way from the cluster to the hub",
  };
}

function drift(series: string, compared: readonly ComparedEnvironments[], of: Selector): string {
  const differences = compared.map(({ environment, with: other }) => [
    other,
    `${of(series, `environment=${quoted(environment)}`)} - on () group_left () avg(${series}{environment=${quoted(other)}})`,
  ]);
  return anyOf(Object.fromEntries(differences) as Record<string, string>, "compared_with");
}
