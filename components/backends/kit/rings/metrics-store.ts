import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { HUB_TENANT } from "../../../contract/names";
import { toYaml } from "../../../kit/yaml";
import type { RuleFileText } from "../../../rules/rule-file";
import { backendName, gossipHost, readAddress, type BackendTopology } from "../architecture";
import { createGivenCaches, redisPasswordOf, type CachesArgs } from "../caches";
import { createReloadedConfig, createStartUpConfig, type StartUpConfig } from "../config-maps";
import type { BackendArgs, Installation } from "../installation";
import { createMicroservices } from "../microservices";
import { createDiscoveryService, createWriteService } from "../services";
import { createShared, type Shared } from "../shared";
import { createSingle } from "../single";
import { Ruler } from "../ruler/ruler";
import type { MetricsComponent } from "../metrics/components";
import { RULES_FILE, RUNTIME_FILE, type MicroservicesConfigArgs } from "./config";
import type { TenantLoad } from "../metrics/load";
import type { Layout } from "../metrics/profiles";
import { runtimeConfig, type RingProgram } from "./program";
import { singleResources } from "../metrics/resources";

export interface MetricsStoreArgs extends BackendArgs {
  /** Tenants with what decides their limits, the hub's own among them. */
  readonly tenants: Readonly<Record<string, TenantLoad>>;
  /** Recording and alerting rules of the hub's own tenant, read again while they are evaluated. */
  readonly rules: pulumi.Output<RuleFileText>;
  /** Image of Prometheus, which evaluates rules where the program itself does not. */
  readonly rulerImage: string;
  /** Series of all edges of the cell; CPU and memory come from it. */
  readonly activeSeries: number;
  /** Left out: one process. */
  readonly microservices?: MicroservicesArgs;
}

export interface MicroservicesArgs {
  readonly layout: Layout;
  /** Three, or none. */
  readonly zones: readonly string[];
  /** Left out, nothing is cached outside of the processes. */
  readonly caches?: CachesArgs;
}

interface MetricsInstallation extends Installation<MetricsComponent> {
  readonly program: RingProgram;
}

interface MetricsShared extends Shared {
  readonly rules: k8s.core.v1.ConfigMap;
}

/**
 * Mimir or Cortex of one cell. Topology `single`: every component of it in one pod with one disk. While the pod restarts, edges buffer; a stop ships what
 * is not in the bucket yet. Or microservices, each in pods of its own, which keep three copies of every sample.
 */
export class MetricsStore extends pulumi.ComponentResource {
  /** Host and port for the gateway, once it is ready. */
  readonly address: pulumi.Output<string>;
  /** Host and port for whoever reads one tenant. */
  readonly readAddress: string;
  /** The same for several at once. */
  readonly allReadAddress: string;

  constructor(
    name: string,
    program: RingProgram,
    args: MetricsStoreArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(program.type, name, {}, opts);
    const { backend } = program;
    const store: MetricsInstallation = { ...args, program, backend, parent: this, name };
    const topology: BackendTopology = args.microservices ? "microservices" : "single";
    const shared = {
      ...createShared(store, RUNTIME_FILE, runtimeConfig(program, args.tenants)),
      rules: createReloadedConfig(store, "rules", {
        file: RULES_FILE,
        text: args.rules.text,
        hash: args.rules.hash,
      }),
    };
    const ready = args.microservices
      ? createMetricsMicroservices(store, args.microservices, shared)
      : createMetricsSingle(store, args, shared);
    const service = createWriteService(store, topology, ready);
    this.address = service.metadata.name.apply((host) => `${host}:${backend.httpPort}`);
    this.readAddress = readAddress(store, topology);
    this.allReadAddress = this.readAddress;
    if (!program.rulesPath) createRuler(store, args, shared.rules, this.readAddress);
    this.registerOutputs({ address: this.address, readAddress: this.readAddress });
  }
}

function createMetricsSingle(
  store: MetricsInstallation,
  { activeSeries }: MetricsStoreArgs,
  shared: MetricsShared,
): pulumi.Resource[] {
  const config = createConfig(store, "single");
  const resources = singleResources(activeSeries, store.program.planning);
  return createSingle(store, { ...podArgs(store, shared, config), resources });
}

function createMetricsMicroservices(
  store: MetricsInstallation,
  { layout, zones, caches: wanted }: MicroservicesArgs,
  shared: MetricsShared,
): pulumi.Resource[] {
  const { backend, cell } = store;
  const caches = wanted && createGivenCaches(store, wanted, layout.caches);
  const config = createConfig(store, "microservices", {
    name: backendName(backend.name, cell),
    gossipHost: gossipHost(backend.name, cell),
    ...(store.program.findsFrontends && { frontendHost: createDiscoveryService(store) }),
    replication: layout.replication,
    zoneAware: zones.length > 0,
    cache: caches?.cache,
  });
  return createMicroservices(store, {
    sizes: layout.sizes,
    zones,
    pod: (component) => ({
      ...podArgs(store, shared, config, component),
      ...redisPasswordOf(store.backend, component, caches),
    }),
  });
}

function createConfig(
  store: MetricsInstallation,
  topology: BackendTopology,
  args?: MicroservicesConfigArgs,
) {
  const { program, backend, bucket } = store;
  const text = bucket.apply((connection) => toYaml(program.config(connection, args)));
  return createStartUpConfig(store, topology, `${backend.name}.yaml`, text);
}

/** `component`: left out, all of them. */
function podArgs(
  { program: { paths, rulesPath, backend } }: MetricsInstallation,
  shared: MetricsShared,
  config: StartUpConfig,
  component?: MetricsComponent,
) {
  const evaluatesRules = rulesPath && (!component || component === backend.answers.rules);
  // The tenant's own directory: a mounted ConfigMap has directories of its own beside its files, which must not be taken for tenants.
  const rulesMount = { name: "rules", configMap: shared.rules, path: `${rulesPath}/${HUB_TENANT}` };
  return { config, shared, paths, mounts: evaluatesRules ? [rulesMount] : [] };
}

function createRuler(
  { backend, cell, namespace, name, parent }: MetricsInstallation,
  { tenants, rulerImage }: MetricsStoreArgs,
  rules: k8s.core.v1.ConfigMap,
  reads: string,
): void {
  const others = Object.keys(tenants).filter((tenant) => tenant !== HUB_TENANT);
  const { alertmanagers = [] } = tenants[HUB_TENANT] ?? {};
  new Ruler(
    `${name}-ruler`,
    {
      cell,
      namespace,
      image: rulerImage,
      port: backend.httpPort,
      rules,
      reads,
      writes: `${backendName(backend.name, cell)}:${backend.httpPort}`,
      tenants: others,
      alertmanagers,
    },
    { parent },
  );
}
