import type * as k8s from "@pulumi/kubernetes";
import { HUB_TENANT } from "../../../contract/names";
import type { ObjectStoreConnection } from "../../../storage/connection";
import { checksum } from "../../../kit/checksum";
import type { ConfigSource } from "../../../kit/config-volume";
import { toYaml } from "../../../kit/yaml";
import type { Cell } from "../../../hub/model";
import type { DeployArgs, DeployedBackend } from "../../backend";
import {
  backendName,
  gossipHost,
  readAddress,
  type Architecture,
  type BackendTopology,
} from "../architecture";
import type { StartUpConfig } from "../config-maps";
import type { DeployKit } from "../deploy-kit";
import type { Installation } from "../installation";
import type { MetricsComponent } from "../metrics/components";
import { metricsLoads, type TenantLoad } from "../metrics/load";
import { metricsLayout } from "../metrics/plan";
import type { Layout } from "../metrics/profiles";
import { singleResources, type Planning } from "../metrics/resources";
import type { Shared } from "../shared";
import { tenantData, tenantItems } from "../tenant-rules";
import {
  OWN_RULES,
  RULES_FILE,
  RUNTIME_FILE,
  WORKLOAD_RULES_FILE,
  type MicroservicesConfigArgs,
} from "./config";

/** What tells backends of metrics apart whose processes find each other in rings. */
export interface RingSettings {
  readonly architecture: Architecture<MetricsComponent>;
  readonly planning: Planning;
  /** Directories that are mounted. */
  readonly paths: Readonly<Record<"config" | "runtime" | "data", string>>;
  /**
   * Directory of the tenants' rules. Undefined where its own ruler sees the series of one tenant:
   * then a Prometheus evaluates rules beside it.
   */
  readonly rulesPath?: string;
  /** Whether queriers find the query frontends by a name, not in a ring. */
  readonly findsFrontends?: true;
  readonly config: (
    bucket: ObjectStoreConnection,
    microservices?: MicroservicesConfigArgs,
  ) => object;
  readonly limits: (load: TenantLoad) => object;
  /** Microservice components that enforce limits. */
  readonly enforcing: readonly MetricsComponent[];
  /** Paths at which it takes samples. */
  readonly writePaths: Readonly<Record<"push" | "otlp", string>>;
  /** Path of its interface of Prometheus. */
  readonly readPath: string;
  /** Prefixes of the names of its own metrics, and of those of its client for buckets. */
  readonly metricPrefixes: Readonly<Record<"own" | "bucket", string>>;
  /** Names of metrics that its dashboards show, where backends differ in them. */
  readonly shown: {
    /** Counter of bytes of chunks that queries read. */
    readonly fetchedBytes: string;
    /** Prefix of the counters of its caches: `_hits_total`, `_requests_total`. */
    readonly caches: string;
    /** The same, of the cache of its index. */
    readonly indexCache: string;
  };
}

/** Limits of every tenant. They are read again every 10 s, without a restart. */
interface RuntimeConfig {
  readonly overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Every tenant gets its entry, also one without an edge: its retention must hold for the data that
 * is there already.
 */
export function runtimeConfig(
  { limits }: Pick<RingSettings, "limits">,
  tenants: Readonly<Record<string, TenantLoad>>,
): RuntimeConfig {
  const entries = Object.entries(tenants).map(([id, load]) => [id, limits(load)]);
  return { overrides: Object.fromEntries(entries) as RuntimeConfig["overrides"] };
}

interface Ring {
  readonly make: DeployKit;
  readonly settings: RingSettings;
  readonly installation: Installation<MetricsComponent>;
  readonly args: DeployArgs;
  readonly cell: Cell;
}

interface RingShared extends Shared {
  readonly rules: k8s.core.v1.ConfigMap;
  /** Rule files of tenants for which it has no room. */
  readonly moreRules: readonly ConfigSource[];
}

type Deploy = (
  make: DeployKit,
  installation: Installation<MetricsComponent>,
  args: DeployArgs,
) => DeployedBackend;

/**
 * Topology `single`: every microservice component in one pod with one disk. While the pod restarts,
 * edges buffer; a stop uploads what is not in the bucket yet. Or microservices, each in pods of its
 * own, which keep three copies of every sample.
 */
export function deploymentOf(settings: RingSettings): Deploy {
  return (make, installation, args) => deployRing(settings, make, installation, args);
}

function deployRing(
  settings: RingSettings,
  ...[make, installation, args]: Parameters<Deploy>
): DeployedBackend {
  const { backend } = installation;
  const { store, cell, rules, workloadRules, tenantRules } = args;
  const [first = {}, ...others] = tenantRules;
  const ring = { make, settings, installation, args, cell };
  const shared = {
    ...make.createShared(installation, RUNTIME_FILE, runtimeConfig(settings, metricsLoads(cell))),
    rules: make.createReloadedConfig(installation, "rules", {
      file: RULES_FILE,
      text: rules.text,
      hash: rules.hash,
      beside: { [WORKLOAD_RULES_FILE]: workloadRules.text, ...tenantData(first, OWN_RULES) },
    }),
    moreRules: others.map((files, index) =>
      make.createTenantRules(installation, files, OWN_RULES, index + 1),
    ),
  };
  const layout = metricsLayout(backend, settings.planning, store, cell);
  const ready = layout ? createMicroservices(ring, layout, shared) : createSingle(ring, shared);
  const { topology } = store;
  const service = make.createWriteService(installation, topology, ready);
  const reads = readAddress(installation, topology);
  if (!settings.rulesPath) createRuler(ring, shared.rules, reads);
  const address = service.metadata.name.apply((host) => `${host}:${backend.httpPort}`);
  return { addresses: { http: address }, readAddress: reads, allReadAddress: reads };
}

function createSingle(ring: Ring, shared: RingShared) {
  const { make, settings, installation, cell } = ring;
  const config = createConfig(ring, "single");
  const resources = singleResources(cell.load.activeSeries, settings.planning);
  return make.createSingle(installation, { ...podArgs(ring, shared, config), resources });
}

function createMicroservices(ring: Ring, layout: Layout, shared: RingShared) {
  const { make, settings, installation, args } = ring;
  const { backend, cell } = installation;
  const { zones = [] } = args.store.options;
  const caches = make.createCaches(installation, args, layout.caches);
  const config = createConfig(ring, "microservices", {
    name: backendName(backend.name, cell),
    gossipHost: gossipHost(backend.name, cell),
    ...(settings.findsFrontends && { frontendHost: make.createDiscoveryService(installation) }),
    replication: layout.replication,
    zoneAware: zones.length > 0,
    cache: caches?.cache,
  });
  return make.createMicroservices(installation, {
    sizes: layout.sizes,
    zones,
    pod: (component) => ({
      ...podArgs(ring, shared, config, component),
      ...make.redisPasswordOf(backend, component, caches),
    }),
  });
}

function createConfig(
  { make, settings, installation }: Ring,
  topology: BackendTopology,
  args?: MicroservicesConfigArgs,
) {
  const { backend, bucket } = installation;
  const text = bucket.apply((connection) => toYaml(settings.config(connection, args)));
  return make.createStartUpConfig(installation, topology, `${backend.name}.yaml`, text);
}

/** `component`: undefined for all of them. */
function podArgs(
  { settings: { paths, rulesPath }, installation: { backend }, args, cell }: Ring,
  shared: RingShared,
  startUp: StartUpConfig,
  component?: MetricsComponent,
) {
  const evaluatesRules = rulesPath && (!component || component === backend.answers.rules);
  const rulesMount = {
    name: "rules",
    sources: [
      {
        name: shared.rules.metadata.name,
        items: ruleItems(cell.ownTenants, Object.keys(args.tenantRules[0] ?? {})),
      },
      ...shared.moreRules,
    ],
    path: rulesPath ?? "",
  };
  const config = evaluatesRules ? restartedFor(cell.alertmanagers, startUp) : startUp;
  return { config, shared, paths, mounts: evaluatesRules ? [rulesMount] : [] };
}

/**
 * The addresses of Alertmanagers stand in the file that is read again and again, but a ruler takes
 * them from it once: when it evaluates the first rule of a tenant.
 */
function restartedFor(alertmanagers: readonly string[], config: StartUpConfig): StartUpConfig {
  if (alertmanagers.length === 0) return config;
  return { ...config, hash: config.hash.apply((hash) => checksum(hash, ...alertmanagers)) };
}

/**
 * A directory for each tenant. The file that all of them have is one key, whatever their number;
 * `withOwn` have one of their own beside it. A mounted ConfigMap has directories of its own, too,
 * which hold no file, and so are no tenants.
 */
export function ruleItems(tenants: readonly string[], withOwn: readonly string[]) {
  return [
    { key: RULES_FILE, path: `${HUB_TENANT}/${RULES_FILE}` },
    ...tenants.map((id) => ({
      key: WORKLOAD_RULES_FILE,
      path: `${id}/${WORKLOAD_RULES_FILE}`,
    })),
    ...tenantItems(withOwn, OWN_RULES),
  ];
}

function createRuler(
  { make, installation, args, cell: { tenants, alertmanagers } }: Ring,
  rules: k8s.core.v1.ConfigMap,
  reads: string,
): void {
  const { backend, cell, namespace, name, parent } = installation;
  new make.Ruler(
    `${name}-ruler`,
    {
      cell,
      namespace,
      images: args.images,
      port: backend.httpPort,
      rules,
      reads,
      writes: `${backendName(backend.name, cell)}:${backend.httpPort}`,
      tenants: tenants.map(({ id }) => id),
      alertmanagers,
    },
    { parent },
  );
}
