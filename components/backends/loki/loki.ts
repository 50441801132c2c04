import * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../kit/quantity";
import { toYaml } from "../../kit/yaml";
import { backendName, gossipHost, readAddress, type BackendTopology } from "../kit/architecture";
import { createGivenCaches, redisPasswordOf, type CachesArgs } from "../kit/caches";
import { createStartUpConfig, type StartUpConfig } from "../kit/config-maps";
import type { BackendArgs, Installation } from "../kit/installation";
import { createMicroservices } from "../kit/microservices";
import { createWriteService } from "../kit/services";
import { createShared, type Shared } from "../kit/shared";
import { createSingle } from "../kit/single";
import type { BackendResources } from "../kit/sizes";
import { LOKI, type LokiComponent } from "./components";
import {
  LOKI_CONFIG_FILE,
  LOKI_PATHS,
  LOKI_RUNTIME_FILE,
  lokiConfig,
  type LokiMicroservicesConfigArgs,
} from "./config";
import type { LokiRuntimeConfig } from "./limits";
import { lokiResources, type LokiLayout } from "./profiles";

export interface LokiArgs extends BackendArgs {
  /** Day from which lines are stored, e.g. `2026-01-31`. It never changes. */
  readonly schemaFrom: string;
  /** Limits and retention of every tenant, read again while Loki runs. */
  readonly runtime: LokiRuntimeConfig;
  /** Bytes of log lines that all edges of the cell send in a second; CPU and memory come from it. */
  readonly bytesPerSecond: number;
  /** Where alerts of rules go, which the bucket holds and Loki's own interface takes. */
  readonly alertmanagers?: readonly string[];
  /** How microservices are laid out. Left out: one process. */
  readonly layout?: LokiLayout;
  /** Where microservices cache. Left out, in the processes alone. */
  readonly caches?: CachesArgs;
}

type LokiInstallation = Installation<LokiComponent>;

/**
 * Loki of one cell. Topology `single`: every component of it in one pod with one disk. While the pod restarts, edges buffer; a stop ships what is not in
 * the bucket yet. Or microservices, each in pods of its own, which keep three copies of every line until it is in the bucket.
 */
export class Loki extends pulumi.ComponentResource {
  /** Host and port for the gateway, once Loki is ready. */
  readonly address: pulumi.Output<string>;
  /** Host and port for whoever reads. */
  readonly readAddress: string;

  constructor(name: string, args: LokiArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Loki", name, {}, opts);
    const loki: LokiInstallation = { ...args, backend: LOKI, parent: this, name };
    const topology: BackendTopology = args.layout ? "microservices" : "single";
    const shared = createShared(loki, LOKI_RUNTIME_FILE, args.runtime);
    const ready = args.layout
      ? createLokiMicroservices(loki, args, args.layout, shared)
      : createLokiSingle(loki, args, shared);
    const service = createWriteService(loki, topology, ready);
    this.address = service.metadata.name.apply((host) => `${host}:${LOKI.httpPort}`);
    this.readAddress = readAddress(loki, topology);
    this.registerOutputs({ address: this.address, readAddress: this.readAddress });
  }
}

function createLokiSingle(
  loki: LokiInstallation,
  args: LokiArgs,
  shared: Shared,
): pulumi.Resource[] {
  const resources = lokiResources(args.bytesPerSecond);
  const config = createConfig(loki, args, resources);
  return createSingle(loki, { config, shared, paths: LOKI_PATHS, resources });
}

function createLokiMicroservices(
  loki: LokiInstallation,
  args: LokiArgs,
  { sizes, replication, caches: cacheSize }: LokiLayout,
  shared: Shared,
): pulumi.Resource[] {
  const caches = args.caches && createGivenCaches(loki, args.caches, cacheSize);
  const gossip = gossipHost("loki", loki.cell);
  const config = createConfig(loki, args, sizes.ingester, {
    name: backendName("loki", loki.cell),
    gossipHost: gossip,
    compactorHost: `${backendName("loki", loki.cell, "compactor")}-0.${gossip}`,
    replication,
    cache: caches?.cache,
  });
  return createMicroservices(loki, {
    sizes,
    zones: [],
    pod: (component) => ({
      config,
      shared,
      paths: LOKI_PATHS,
      ...redisPasswordOf(loki.backend, component, caches),
    }),
  });
}

function createConfig(
  loki: LokiInstallation,
  { schemaFrom, alertmanagers }: LokiArgs,
  { limits }: BackendResources,
  microservices?: LokiMicroservicesConfigArgs,
): StartUpConfig {
  const memoryBytes = parseQuantity(limits.memory);
  const text = loki.bucket.apply((bucket) =>
    toYaml(lokiConfig({ bucket, schemaFrom, memoryBytes, alertmanagers, microservices })),
  );
  return createStartUpConfig(
    loki,
    microservices ? "microservices" : "single",
    LOKI_CONFIG_FILE,
    text,
  );
}
