import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { HUB_TENANT } from "../../contract/names";
import { toYaml } from "../../kit/yaml";
import type { RuleFileText } from "../../rules/rule-file";
import { backendName, gossipHost, type BackendTopology } from "../backend/backend";
import { createCaches } from "../backend/caches";
import { createReloadedConfig, createStartUpConfig, type StartUpConfig } from "../backend/config-maps";
import type { BackendArgs, Installation } from "../backend/installation";
import { createMicroservices } from "../backend/microservices";
import { createWriteService, readAddress } from "../backend/services";
import { createShared, type Shared } from "../backend/shared";
import { createSingle } from "../backend/single";
import { MIMIR, type MimirComponent } from "./components";
import {
  CONFIG_FILE,
  MIMIR_PATHS,
  mimirConfig,
  RULES_FILE,
  RUNTIME_FILE,
  type MicroservicesConfigArgs,
} from "./config";
import type { RuntimeConfig } from "./limits";
import type { Layout } from "./profiles";
import { mimirResources } from "./resources";

export interface MimirArgs extends BackendArgs {
  /** Limits of every tenant, read again while Mimir runs. */
  readonly runtime: RuntimeConfig;
  /** Recording and alerting rules of the hub's own tenant, read again while Mimir runs. */
  readonly rules: pulumi.Output<RuleFileText>;
  /** Series of all edges of the cell; CPU and memory come from it. */
  readonly activeSeries: number;
  /** Left out: one process. */
  readonly microservices?: MicroservicesArgs;
}

export interface MicroservicesArgs {
  readonly layout: Layout;
  /** Three, or none. */
  readonly zones: readonly string[];
  /** Image of memcached, where there shall be caches. */
  readonly cacheImage?: string;
}

type MimirInstallation = Installation<MimirComponent>;

interface MimirShared extends Shared {
  readonly rules: k8s.core.v1.ConfigMap;
}

/**
 * Mimir of one cell. Topology `single`: every component of it in one pod with one disk. While the pod restarts, edges buffer; a stop ships what is not in
 * the bucket yet. Or microservices, each in pods of its own, which keep three copies of every sample.
 */
export class Mimir extends pulumi.ComponentResource {
  /** Host and port for the gateway, once Mimir is ready. */
  readonly address: pulumi.Output<string>;
  /** Host and port for whoever reads. */
  readonly readAddress: string;

  constructor(name: string, args: MimirArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Mimir", name, {}, opts);
    const mimir: MimirInstallation = { ...args, backend: MIMIR, parent: this, name };
    const topology: BackendTopology = args.microservices ? "microservices" : "single";
    const shared = {
      ...createShared(mimir, RUNTIME_FILE, args.runtime),
      rules: createReloadedConfig(mimir, "rules", { file: RULES_FILE, text: args.rules.text, hash: args.rules.hash }),
    };
    const ready = args.microservices
      ? createMimirMicroservices(mimir, args.microservices, shared)
      : createMimirSingle(mimir, args, shared);
    const service = createWriteService(mimir, topology, ready);
    this.address = service.metadata.name.apply((host) => `${host}:${MIMIR.httpPort}`);
    this.readAddress = readAddress(mimir, topology);
    this.registerOutputs({ address: this.address, readAddress: this.readAddress });
  }
}

function createMimirSingle(
  mimir: MimirInstallation,
  { activeSeries }: MimirArgs,
  shared: MimirShared,
): pulumi.Resource[] {
  const config = createConfig(mimir, "single");
  return createSingle(mimir, { ...podArgs(shared, config), resources: mimirResources(activeSeries) });
}

function createMimirMicroservices(
  mimir: MimirInstallation,
  { layout, zones, cacheImage }: MicroservicesArgs,
  shared: MimirShared,
): pulumi.Resource[] {
  const cacheHost = cacheImage && createCaches(mimir, { size: layout.caches, image: cacheImage });
  const config = createConfig(mimir, "microservices", {
    name: backendName("mimir", mimir.cell),
    gossipHost: gossipHost("mimir", mimir.cell),
    replication: layout.replication,
    zoneAware: zones.length > 0,
    cacheHost,
  });
  return createMicroservices(mimir, {
    sizes: layout.sizes,
    zones,
    pod: (component) => podArgs(shared, config, component),
  });
}

function createConfig(mimir: MimirInstallation, topology: BackendTopology, args?: MicroservicesConfigArgs) {
  const text = mimir.bucket.apply((connection) => toYaml(mimirConfig(connection, args)));
  return createStartUpConfig(mimir, topology, CONFIG_FILE, text);
}

/** `component`: left out, all of Mimir. */
function podArgs(shared: MimirShared, config: StartUpConfig, component?: MimirComponent) {
  const evaluatesRules = !component || component === MIMIR.answers.rules;
  // The tenant's own directory: a mounted ConfigMap has directories of its own beside its files, which must not be taken for tenants.
  const rulesMount = { name: "rules", configMap: shared.rules, path: `${MIMIR_PATHS.rules}/${HUB_TENANT}` };
  return { config, shared, paths: MIMIR_PATHS, mounts: evaluatesRules ? [rulesMount] : [] };
}
