import * as pulumi from "@pulumi/pulumi";
import { toYaml } from "../../kit/yaml";
import { backendName, gossipHost, readAddress, type BackendTopology } from "../kit/architecture";
import { createStartUpConfig, type StartUpConfig } from "../kit/config-maps";
import type { BackendArgs, Installation } from "../kit/installation";
import { createMicroservices } from "../kit/microservices";
import { createDiscoveryService, createWriteService } from "../kit/services";
import { createShared, type Shared } from "../kit/shared";
import { createSingle } from "../kit/single";
import { OTLP_PORTS, tempoBackend, type TempoComponent } from "./components";
import {
  TEMPO_CONFIG_FILE,
  TEMPO_PATHS,
  TEMPO_RUNTIME_FILE,
  tempoConfig,
  type TempoMicroservicesConfigArgs,
} from "./config";
import type { TempoRuntimeConfig } from "./limits";
import { tempoResources, type TempoLayout } from "./profiles";

export interface TempoArgs extends BackendArgs {
  /** Limits of every tenant, read again while Tempo runs. */
  readonly runtime: TempoRuntimeConfig;
  /** Spans that all edges of the cell send in a second; CPU and memory come from it. */
  readonly spansPerSecond: number;
  /** The longest outage of the cell's edges: spans come as late as that. */
  readonly outageSeconds: number;
  /** Where metrics made of spans are written to; left out, none are made. */
  readonly metricsUrl?: string;
  /** Left out: one process. */
  readonly layout?: TempoLayout;
}

type TempoInstallation = Installation<TempoComponent>;

/**
 * Tempo of one cell. Topology `single`: every component of it in one pod with one disk. While the pod restarts, edges buffer; a stop ships what is not in
 * the bucket yet. Or microservices, each in pods of its own, which keep three copies of every span.
 */
export class Tempo extends pulumi.ComponentResource {
  /** Host and port for the gateway, once Tempo is ready: OTLP over HTTP, and over gRPC. */
  readonly address: pulumi.Output<string>;
  readonly grpcAddress: pulumi.Output<string>;
  /** Host and port for whoever reads. */
  readonly readAddress: string;

  constructor(name: string, args: TempoArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Tempo", name, {}, opts);
    const backend = tempoBackend(args.metricsUrl !== undefined);
    const tempo: TempoInstallation = { ...args, backend, parent: this, name };
    const topology: BackendTopology = args.layout ? "microservices" : "single";
    const shared = createShared(tempo, TEMPO_RUNTIME_FILE, args.runtime);
    const ready = args.layout
      ? createTempoMicroservices(tempo, args, args.layout, shared)
      : createTempoSingle(tempo, args, shared);
    const host = createWriteService(tempo, topology, ready).metadata.name;
    this.address = pulumi.interpolate`${host}:${OTLP_PORTS.http}`;
    this.grpcAddress = pulumi.interpolate`${host}:${OTLP_PORTS.grpc}`;
    this.readAddress = readAddress(tempo, topology);
    this.registerOutputs({
      address: this.address,
      grpcAddress: this.grpcAddress,
      readAddress: this.readAddress,
    });
  }
}

function createTempoSingle(
  tempo: TempoInstallation,
  args: TempoArgs,
  shared: Shared,
): pulumi.Resource[] {
  const config = createConfig(tempo, args, "single");
  const resources = tempoResources(args.spansPerSecond, args.metricsUrl !== undefined);
  return createSingle(tempo, { ...podArgs(args, shared, config), resources });
}

function createTempoMicroservices(
  tempo: TempoInstallation,
  args: TempoArgs,
  { sizes, ingesterReplication }: TempoLayout,
  shared: Shared,
): pulumi.Resource[] {
  const config = createConfig(tempo, args, "microservices", {
    name: backendName("tempo", tempo.cell),
    gossipHost: gossipHost("tempo", tempo.cell),
    frontendHost: createDiscoveryService(tempo),
    ingesterReplication,
  });
  return createMicroservices(tempo, { sizes, zones: [], pod: () => podArgs(args, shared, config) });
}

function createConfig(
  tempo: TempoInstallation,
  { outageSeconds, metricsUrl }: TempoArgs,
  topology: BackendTopology,
  microservices?: TempoMicroservicesConfigArgs,
) {
  const args = { outageSeconds, metricsUrl, microservices };
  const text = tempo.bucket.apply((connection) => toYaml(tempoConfig(connection, args)));
  return createStartUpConfig(tempo, topology, TEMPO_CONFIG_FILE, text);
}

function podArgs(_: TempoArgs, shared: Shared, config: StartUpConfig) {
  return {
    config,
    shared,
    paths: TEMPO_PATHS,
  };
}
