import { MetricsBackend } from "../../../contract/names";
import type { ObjectStoreConnection } from "../../../storage/connection";
import type { Architecture } from "../architecture";
import { CORTEX } from "../../cortex/components";
import { CORTEX_PATHS, cortexConfig } from "../../cortex/config";
import { cortexLimits, type CortexLimits } from "../../cortex/limits";
import { MIMIR } from "../../mimir/components";
import { MIMIR_PATHS, mimirConfig } from "../../mimir/config";
import { mimirLimits, type MimirLimits } from "../../mimir/limits";
import { THANOS, WRITE_PATH } from "../../thanos/components";
import type { MetricsComponent } from "../metrics/components";
import type { MicroservicesConfigArgs } from "./config";
import type { TenantLoad } from "../metrics/load";
import { PLANNING, type Planning } from "../metrics/resources";

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

export { runtimeConfig, type RuntimeConfig } from "./deploy";
