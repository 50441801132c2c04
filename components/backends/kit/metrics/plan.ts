import type { Cell, Store } from "../../../hub/model";
import type { Issue } from "../../../kit/issues";
import type { Durability } from "../../backend";
import { isOneProcess, type Architecture } from "../architecture";
import { layoutIssues, overloadIssue, topologyIssue } from "../layout-issues";
import type { MetricsComponent } from "./components";
import { layoutOf, MOST_SERIES, type Layout } from "./profiles";
import type { Planning } from "./resources";

/** The layout of a cell's pods; undefined where one process is everything. */
export function metricsLayout(
  architecture: Architecture<MetricsComponent>,
  planning: Planning,
  { topology, options }: Store,
  { load }: Cell,
): Layout | undefined {
  if (isOneProcess(architecture, topology)) return undefined;
  const { profile, replicas, zones } = options;
  const single = topology === "single";
  const { alone } = architecture;
  return layoutOf({ ...load, planning, single, alone, profile, replicas, zones });
}

export function metricsDurability(...args: Parameters<typeof metricsLayout>): Durability {
  const [, , { topology }] = args;
  const layout = metricsLayout(...args);
  if (!layout) return { topology, copies: 1, ingesters: 1 };
  return {
    topology,
    copies: layout.replication.ingester,
    ingesters: layout.sizes.ingester.replicas,
  };
}

/** Issues that every backend of metrics has. */
export function metricsIssues(
  architecture: Architecture<MetricsComponent>,
  store: Store,
  cell: Cell,
): Issue[] {
  return store.topology === "microservices"
    ? [...layoutIssues(architecture, store, cell), ...loadIssues(store, cell)]
    : singleIssues(store, cell);
}

/** Options that ask for microservices. */
function singleIssues(store: Store, cell: Cell): Issue[] {
  const { profile, caches, redis, zones = [], replicas = {} } = store.options;
  const asked =
    profile !== undefined ||
    caches === true ||
    redis !== undefined ||
    zones.length > 0 ||
    Object.keys(replicas).length > 0;
  return asked ? [topologyIssue(store, cell, "a profile, replicas, caches, redis or zones")] : [];
}

function loadIssues(store: Store, cell: Cell): Issue[] {
  const { activeSeries } = cell.load;
  if (activeSeries <= MOST_SERIES) return [];
  const got = `microservices, for ${activeSeries} series`;
  const load = { got, most: `${MOST_SERIES} series`, buckets: "a bucket" };
  const example = { metrics: { bucket: "...", topology: "microservices" } };
  return [overloadIssue(store, cell, load, example)];
}
