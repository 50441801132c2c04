import { BACKENDS } from "../backends/registry";
import type { Signal } from "../contract/names";
import { APPLICATIONS } from "./applications/applications";
import { NGINX } from "./applications/demo";
import { SLOS } from "./applications/slos";
import { CAPACITY } from "./fleet/capacity";
import { COST } from "./fleet/cost";
import { ENVIRONMENTS } from "./fleet/environments";
import { GPU } from "./fleet/gpu";
import { INVENTORY } from "./fleet/inventory";
import { OPERATIONS } from "./fleet/operations";
import { CLUSTERS_BOARD, FLEET } from "./fleet/overview";
import { PIPELINE } from "./fleet/pipeline";
import type { Dashboard } from "./kit/dashboard";
import { CLUSTER } from "./kubernetes/cluster";
import { NAMESPACE } from "./kubernetes/namespace";
import { NODE } from "./kubernetes/node";
import { POD_BOARD } from "./kubernetes/pod";
import { WORKLOAD } from "./kubernetes/workload";

/** What hub and edges show, whatever stores it. */
const OWN: readonly Dashboard[] = [
  FLEET,
  CLUSTERS_BOARD,
  ENVIRONMENTS,
  OPERATIONS,
  PIPELINE,
  CAPACITY,
  INVENTORY,
  COST,
  GPU,
  CLUSTER,
  NAMESPACE,
  WORKLOAD,
  POD_BOARD,
  NODE,
  APPLICATIONS,
  SLOS,
  NGINX,
];

/** Dashboards that people start from. */
export const HOME = { operators: FLEET, everyone: CLUSTERS_BOARD } as const;

const ofBackends = (backends: typeof BACKENDS) =>
  backends.flatMap(({ dashboards }) => [...(dashboards?.() ?? [])]);

/** Every dashboard that there is: those of the hub and its edges, then those of each backend. */
export function allDashboards(): Dashboard[] {
  return [...OWN, ...ofBackends(BACKENDS)];
}

/**
 * The dashboards of a hub: without those of backends that it does not have.
 *
 * @param backends Its backends: one of several cells may be given several times.
 */
export function dashboardsOf(
  backends: readonly { readonly signal: Signal; readonly name: string }[],
): Dashboard[] {
  const there = BACKENDS.filter(({ signal, name }) =>
    backends.some((each) => each.signal === signal && each.name === name),
  );
  return [...OWN, ...ofBackends(there)];
}
