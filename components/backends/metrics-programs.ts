import { isOneProcess } from "./kit/architecture";
import { cacheFaults } from "./kit/cache-check";
import {
  loadFaults,
  onlyForMicroservices,
  redisFaults,
  resolutionFaults,
  type CellLoad,
  type TopologyArgs,
} from "./kit/metrics/plan";
import { layoutOf, type Layout } from "./kit/metrics/profiles";
import { layoutFaults, type Standing, type TopologyFault } from "./kit/topology";
import { MetricsBackend } from "../contract/names";
import type { ObjectStoreConnection } from "../storage/connection";
import type { Architecture } from "./kit/architecture";
import { CORTEX } from "./cortex/components";
import { CORTEX_PATHS, cortexConfig } from "./cortex/config";
import { cortexLimits, type CortexLimits } from "./cortex/limits";
import { MIMIR } from "./mimir/components";
import { MIMIR_PATHS, mimirConfig } from "./mimir/config";
import { mimirLimits, type MimirLimits } from "./mimir/limits";
import { THANOS, WRITE_PATH } from "./thanos/components";
import type { MetricsComponent } from "./kit/metrics/components";
import type { MicroservicesConfigArgs } from "./kit/rings/config";
import type { TenantLoad } from "./kit/metrics/load";
import { PLANNING, type Planning } from "./kit/metrics/resources";

/** What everybody knows of one of them. */
export interface MetricsProgram {
  readonly backend: Architecture<MetricsComponent>;
  /** Where remote write and OTLP over HTTP are written to. */
  readonly writePaths: Readonly<Record<"push" | "otlp", string>>;
  readonly planning: Planning;
  /** Whether a group of rules names the tenants whose series it sees. Left out: it sees those of all. */
  readonly groupsNameTenants?: true;
}

/** Mimir, and Cortex, which it comes from: how it is run, and what its files say. */
export interface RingProgram extends MetricsProgram {
  /** Type of its component, which is frozen. */
  readonly type: string;
  readonly paths: Readonly<Record<"config" | "runtime" | "data", string>>;
  /** Directory of the tenants' rules. Left out: its own ruler sees the series of one tenant, and a Prometheus evaluates rules beside it. */
  readonly rulesPath?: string;
  /** Whether queriers find the query frontends by a name, not in a ring. */
  readonly findsFrontends?: true;
  readonly config: (
    bucket: ObjectStoreConnection,
    microservices?: MicroservicesConfigArgs,
  ) => object;
  readonly limits: (load: TenantLoad) => MimirLimits | CortexLimits;
}

interface MetricsPrograms extends Readonly<Record<MetricsBackend, MetricsProgram>> {
  readonly mimir: RingProgram;
  readonly cortex: RingProgram;
}

export const METRICS_PROGRAMS: MetricsPrograms = {
  mimir: {
    backend: MIMIR,
    type: "heliograph:hub:Mimir",
    paths: MIMIR_PATHS,
    rulesPath: MIMIR_PATHS.rules,
    groupsNameTenants: true,
    writePaths: { push: "/api/v1/push", otlp: "/otlp/v1/metrics" },
    planning: PLANNING,
    config: mimirConfig,
    limits: mimirLimits,
  },
  cortex: {
    backend: CORTEX,
    type: "heliograph:hub:Cortex",
    paths: CORTEX_PATHS,
    findsFrontends: true,
    writePaths: { push: "/api/v1/push", otlp: "/api/v1/otlp/v1/metrics" },
    // https://cortexmetrics.io/docs/guides/capacity-planning/
    planning: { ...PLANNING, bytesPerSeries: 15e9 / 1e6 },
    config: cortexConfig,
    limits: cortexLimits,
  },
  thanos: {
    backend: THANOS,
    writePaths: { push: WRITE_PATH, otlp: "/api/v1/otlp" },
    // Upstream gives no figures.
    planning: PLANNING,
  },
};

/** The program of a cell; Mimir where nobody says. */
export function programOf({
  backend = MetricsBackend.mimir,
}: {
  readonly backend?: MetricsBackend;
}): MetricsProgram | RingProgram {
  return METRICS_PROGRAMS[backend];
}

export { runtimeConfig, type RuntimeConfig } from "./kit/rings/deploy";

/** The layout of microservices; undefined for one process. */
export function planOf(args: TopologyArgs, load: CellLoad): Layout | undefined {
  const { topology = "single", profile, replicas, zones } = args;
  const { backend, planning } = programOf(args);
  if (isOneProcess(backend, topology)) return undefined;
  const single = topology === "single";
  return layoutOf({ ...load, planning, single, alone: backend.alone, profile, replicas, zones });
}

export function standingOf(args: TopologyArgs, load: CellLoad): Standing {
  const { topology = "single" } = args;
  const layout = planOf(args, load);
  if (!layout) return { topology, copies: 1, ingesters: 1 };
  return {
    topology,
    copies: layout.replication.ingester,
    ingesters: layout.sizes.ingester.replicas,
  };
}

export function topologyFaults(
  cell: string,
  args: TopologyArgs,
  load: CellLoad,
): TopologyFault<keyof TopologyArgs>[] {
  const always = [...resolutionFaults(args), ...(redisFaults(cell, args) ?? cacheFaults(args))];
  if (args.topology !== "microservices") return [...always, ...onlyForMicroservices(args)];
  return [
    ...always,
    ...layoutFaults(programOf(args).backend, cell, args),
    ...loadFaults(cell, load),
  ];
}
