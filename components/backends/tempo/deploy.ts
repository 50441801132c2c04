import { toYaml } from "../../kit/yaml";
import type { DeployArgs, DeployedBackend } from "../backend";
import {
  backendName,
  gossipHost,
  readAddress,
  writePortOf,
  type BackendTopology,
} from "../kit/architecture";
import type { StartUpConfig } from "../kit/config-maps";
import type { DeployKit } from "../kit/deploy-kit";
import type { Installation } from "../kit/installation";
import type { Shared } from "../kit/shared";
import {
  OTLP_PORTS,
  TEMPO_CONFIG_FILE,
  TEMPO_PATHS,
  TEMPO_RUNTIME_FILE,
  tempoConfig,
  type TempoMicroservicesConfigArgs,
} from "./config";
import { tempoRuntimeConfig, traceLoads } from "./limits";
import {
  makesMetrics as makesMetricsBy,
  tempoPlan,
  tempoResources,
  type TempoComponent,
  type TempoLayout,
} from "./plan";

interface TempoParts {
  readonly make: DeployKit;
  readonly installation: Installation<TempoComponent>;
  readonly args: DeployArgs;
  readonly shared: Shared;
  readonly makesMetrics: boolean;
}

/**
 * Topology `single`: every microservice component in one pod with one disk. While the pod restarts,
 * edges buffer; a stop uploads what is not in the bucket yet. Or microservices, each in pods of its
 * own, which keep three copies of every span.
 */
export function deployTempo(
  make: DeployKit,
  installation: Installation<TempoComponent>,
  args: DeployArgs,
): DeployedBackend {
  const { store, cell } = args;
  const { topology, options } = store;
  const makesMetrics = makesMetricsBy(options);
  const shared = make.createShared(
    installation,
    TEMPO_RUNTIME_FILE,
    tempoRuntimeConfig(traceLoads(cell, makesMetrics)),
  );
  const parts = { make, installation, args, shared, makesMetrics };
  const layout = tempoPlan(store, cell);
  const ready = layout ? createMicroservices(parts, layout) : createSingle(parts);
  const { name: host } = make.createWriteService(installation, topology, ready).metadata;
  const at = (port: number) => host.apply((known) => `${known}:${port}`);
  const reads = readAddress(installation, topology);
  return {
    addresses: { http: at(OTLP_PORTS.http), grpc: at(OTLP_PORTS.grpc) },
    readAddress: reads,
    allReadAddress: reads,
  };
}

function createSingle(parts: TempoParts) {
  const { make, installation, args, makesMetrics } = parts;
  const config = createConfig(parts, "single");
  const resources = tempoResources(args.cell.load.spansPerSecond, makesMetrics);
  return make.createSingle(installation, { ...podArgs(parts, config), resources });
}

function createMicroservices(parts: TempoParts, { sizes, ingesterReplication }: TempoLayout) {
  const { make, installation } = parts;
  const { backend, cell } = installation;
  const config = createConfig(parts, "microservices", {
    name: backendName(backend.name, cell),
    gossipHost: gossipHost(backend.name, cell),
    frontendHost: make.createDiscoveryService(installation),
    ingesterReplication,
  });
  const pod = () => podArgs(parts, config);
  return make.createMicroservices(installation, { sizes, zones: [], pod });
}

function createConfig(
  { make, installation, args, makesMetrics }: TempoParts,
  topology: BackendTopology,
  microservices?: TempoMicroservicesConfigArgs,
) {
  const configArgs = {
    outageSeconds: args.cell.load.outageSeconds,
    ...(makesMetrics && { metricsUrl: metricsUrl(args) }),
    microservices,
  };
  const text = installation.bucket.apply((connection) =>
    toYaml(tempoConfig(connection, configArgs)),
  );
  return make.createStartUpConfig(installation, topology, TEMPO_CONFIG_FILE, text);
}

/** Inside of the hub, where Tempo says whose spans the metrics are made of. */
function metricsUrl({ cell: { name, stores } }: DeployArgs): string {
  const { backend, options } = stores.metrics;
  const push = backend.ingest.find(({ protocol }) => protocol === "remote write");
  const host = backendName(backend.name, name);
  return `http://${host}:${writePortOf(backend.architecture(options))}${push?.backendPath ?? ""}`;
}

function podArgs({ shared }: TempoParts, config: StartUpConfig) {
  return { config, shared, paths: TEMPO_PATHS };
}
