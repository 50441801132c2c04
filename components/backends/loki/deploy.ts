import { parseQuantity } from "../../kit/quantity";
import { toYaml } from "../../kit/yaml";
import type { DeployArgs, DeployedBackend } from "../backend";
import { backendName, gossipHost, readAddress } from "../kit/architecture";
import type { DeployKit } from "../kit/deploy-kit";
import type { Installation } from "../kit/installation";
import type { Mount } from "../kit/pod";
import type { Shared } from "../kit/shared";
import type { BackendResources } from "../kit/sizes";
import {
  LOKI_CONFIG_FILE,
  LOKI_PATHS,
  LOKI_RUNTIME_FILE,
  lokiConfig,
  type LokiMicroservicesConfigArgs,
} from "./config";
import { logLoads, lokiRuntimeConfig } from "./limits";
import { lokiPlan, lokiResources, type LokiComponent, type LokiLayout } from "./plan";

/** A tenant's rule file. */
const LOG_RULES = { file: "rules.yaml", key: (tenant: string) => `${tenant}.yaml` };

interface LokiParts {
  readonly make: DeployKit;
  readonly installation: Installation<LokiComponent>;
  readonly args: DeployArgs;
  readonly shared: Shared;
}

/**
 * Topology `single`: every microservice component in one pod with one disk. While the pod restarts,
 * edges buffer; a stop uploads what is not in the bucket yet. Or microservices, each in pods of its
 * own, which keep three copies of every line until it is in the bucket.
 */
export function deployLoki(
  make: DeployKit,
  installation: Installation<LokiComponent>,
  args: DeployArgs,
): DeployedBackend {
  const { store, cell } = args;
  const { topology } = store;
  const shared = make.createShared(
    installation,
    LOKI_RUNTIME_FILE,
    lokiRuntimeConfig(logLoads(cell)),
  );
  const parts = { make, installation, args, shared };
  const layout = lokiPlan(store, cell);
  const ready = layout ? createMicroservices(parts, layout) : createSingle(parts);
  const service = make.createWriteService(installation, topology, ready);
  const { httpPort } = installation.backend;
  const reads = readAddress(installation, topology);
  return {
    addresses: { http: service.metadata.name.apply((host) => `${host}:${httpPort}`) },
    readAddress: reads,
    allReadAddress: reads,
  };
}

function rulesMounts({ make, installation, args }: LokiParts): Mount[] {
  const { logRules } = args;
  if (!hasRules(args)) return [];
  const sources = logRules.map((files, part) =>
    make.createTenantRules(installation, files, LOG_RULES, part),
  );
  return [{ name: "rules", sources, path: LOKI_PATHS.rules }];
}

function hasRules({ logRules }: DeployArgs): boolean {
  return logRules.length > 0;
}

function createSingle(parts: LokiParts) {
  const { make, installation, args, shared } = parts;
  const resources = lokiResources(args.cell.load.logBytesPerSecond);
  const config = createConfig(parts, resources);
  const mounts = rulesMounts(parts);
  return make.createSingle(installation, { config, shared, paths: LOKI_PATHS, mounts, resources });
}

function createMicroservices(parts: LokiParts, layout: LokiLayout) {
  const { make, installation, args, shared } = parts;
  const { backend, cell } = installation;
  const { sizes, replication } = layout;
  const caches = make.createCaches(installation, args, layout.caches);
  const gossip = gossipHost(backend.name, cell);
  const mounts = rulesMounts(parts);
  const config = createConfig(parts, sizes.ingester, {
    name: backendName(backend.name, cell),
    gossipHost: gossip,
    compactorHost: `${backendName(backend.name, cell, "compactor")}-0.${gossip}`,
    replication,
    cache: caches?.cache,
  });
  return make.createMicroservices(installation, {
    sizes,
    zones: [],
    pod: (component) => ({
      config,
      shared,
      paths: LOKI_PATHS,
      mounts: component === backend.answers.rules ? mounts : [],
      ...make.redisPasswordOf(backend, component, caches),
    }),
  });
}

function createConfig(
  { make, installation, args }: LokiParts,
  { limits }: BackendResources,
  microservices?: LokiMicroservicesConfigArgs,
) {
  const memoryBytes = parseQuantity(limits.memory);
  const { alertmanagers } = args.cell;
  const schemaFrom = args.store.options["schemaFrom"] as string;
  const text = installation.bucket.apply((bucket) =>
    toYaml(
      lokiConfig({
        bucket,
        schemaFrom,
        memoryBytes,
        alertmanagers,
        hasRules: hasRules(args),
        microservices,
      }),
    ),
  );
  const topology = microservices ? "microservices" : "single";
  return make.createStartUpConfig(installation, topology, LOKI_CONFIG_FILE, text);
}
