import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { HUB_TENANT } from "../../contract/names";
import { checksum } from "../../kit/checksum";
import { toYaml } from "../../kit/yaml";
import { thanosStoreConfig } from "./program/store-config";
import { answering, backendName, readAddress, writePortOf } from "../kit/architecture";
import type { Cache } from "../kit/cache-config";
import { createGivenCaches, redisPasswordOf } from "../kit/caches";
import { createReloadedConfig, createStartUpConfig } from "../kit/config-maps";
import type { Installation } from "../kit/installation";
import { createMicroservices } from "../kit/microservices";
import { createWriteService } from "../kit/services";
import { createShared, type Shared } from "../kit/shared";
import type { Watcher } from "../../hub/model";
import type { MetricsComponent } from "../kit/metrics/components";
import { RULES_FILE } from "../kit/rings/config";
import type { MetricsStoreArgs, MicroservicesArgs } from "../kit/rings/metrics-store";
import { THANOS } from "./components";
import {
  BUCKET_FILE,
  HASHRINGS_FILE,
  LIMITS_FILE,
  POD_NAME,
  THANOS_PATHS,
  thanosArguments,
  type ThanosModel,
} from "./config";
import { thanosLimits } from "./limits";
import { hashrings, retentionsOf, widestBounds, type DownsamplingArgs } from "./plan";

export interface ThanosArgs extends Omit<MetricsStoreArgs, "rulerImage" | "activeSeries"> {
  readonly microservices: MicroservicesArgs;
  readonly downsampling: DownsamplingArgs;
  /** Left out, tenants are not limited. */
  readonly watcher?: Watcher;
}

interface ThanosInstallation extends Installation<MetricsComponent> {
  readonly args: ThanosArgs;
}

interface ThanosShared extends Shared {
  readonly hashrings: k8s.core.v1.ConfigMap;
  readonly rules: k8s.core.v1.ConfigMap;
}

/**
 * Thanos of one cell: Receive takes samples and keeps those of the last day, everything older is in the bucket. As `single` each part of it is one pod;
 * as microservices, samples are kept by three.
 */
export class Thanos extends pulumi.ComponentResource {
  /** Host and port for the gateway, once it is ready. */
  readonly address: pulumi.Output<string>;
  /** Host and port for whoever reads one tenant. */
  readonly readAddress: string;
  /** Host and port for whoever reads several at once: all that the cell has. */
  readonly allReadAddress: string;
  /** The same over gRPC, for another Thanos. */
  readonly grpcAddress: string;

  constructor(name: string, args: ThanosArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Thanos", name, {}, opts);
    const thanos: ThanosInstallation = { ...args, args, backend: THANOS, parent: this, name };
    this.readAddress = readAddress(thanos, "microservices");
    this.allReadAddress = readAddress(thanos, "microservices", "allReads");
    this.grpcAddress = `${answering(THANOS, "allReads", args.cell, "microservices").host}:${THANOS.grpcPort}`;
    const shared = createFiles(thanos, this.allReadAddress);
    const ready = createParts(thanos, shared);
    const service = createWriteService(thanos, "microservices", ready);
    this.address = service.metadata.name.apply((host) => `${host}:${writePortOf(THANOS)}`);
    this.registerOutputs({
      address: this.address,
      readAddress: this.readAddress,
      allReadAddress: this.allReadAddress,
    });
  }
}

function createFiles(thanos: ThanosInstallation, reads: string): ThanosShared {
  const { cell, args } = thanos;
  const { layout, zones } = args.microservices;
  const ring = JSON.stringify(hashrings(cell, layout, zones), undefined, 2);
  const limits = thanosLimits({
    ...args,
    watcher: args.watcher,
    copies: layout.replication.ingester,
    reads,
  });
  return {
    ...createShared(thanos, LIMITS_FILE, limits),
    hashrings: createReloadedConfig(thanos, "hashrings", {
      file: HASHRINGS_FILE,
      text: ring,
      hash: checksum(ring),
    }),
    rules: createReloadedConfig(thanos, "rules", {
      file: RULES_FILE,
      text: args.rules.text,
      hash: args.rules.hash,
    }),
  };
}

function createParts(thanos: ThanosInstallation, shared: ThanosShared): pulumi.Resource[] {
  const { args, bucket } = thanos;
  const { layout, zones, caches: wanted } = args.microservices;
  const text = bucket.apply((connection) => toYaml(thanosStoreConfig(connection)));
  const bucketConfig = createStartUpConfig(thanos, "single", BUCKET_FILE, text);
  const caches = wanted && createGivenCaches(thanos, wanted, layout.caches);
  const model = modelOf(thanos, caches?.cache);
  return createMicroservices(thanos, {
    sizes: layout.sizes,
    zones,
    groups: { compactor: Object.keys(model.retentions) },
    pod: (component, group) => ({
      // It reads rules when it starts, and when it is told to: nobody is there to tell it.
      config:
        component === "ruler"
          ? { ...bucketConfig, hash: pulumi.output(args.rules.hash) }
          : bucketConfig,
      shared,
      paths: THANOS_PATHS,
      startedWith: thanosArguments(component, model, group),
      podName: POD_NAME,
      ...redisPasswordOf(thanos.backend, component, caches),
      mounts: mountsOf(component, shared),
    }),
  });
}

function mountsOf(component: MetricsComponent, { hashrings: ring, rules }: ThanosShared) {
  if (component === "distributor")
    return [{ name: "hashrings", configMap: ring, path: THANOS_PATHS.hashrings }];
  return component === "ruler"
    ? [{ name: "rules", configMap: rules, path: THANOS_PATHS.rules }]
    : [];
}

function modelOf(
  { cell, backend, args }: ThanosInstallation,
  cache: Cache | undefined,
): ThanosModel {
  const { tenants, downsampling, microservices, watcher } = args;
  const ports = { http: backend.httpPort, grpc: backend.grpcPort, write: writePortOf(backend) };
  const host = (component: MetricsComponent) =>
    // Writes have one address for good.
    backendName(backend.name, cell, component === backend.answers.writes ? undefined : component);
  return {
    at: (component, port) => `${host(component)}:${ports[port]}`,
    listen: (port) => `:${ports[port]}`,
    paths: THANOS_PATHS,
    copies: microservices.layout.replication.ingester,
    ...widestBounds(tenants),
    limited: watcher !== undefined,
    retentions: retentionsOf(tenants, downsampling),
    cache,
    alertmanagers: tenants[HUB_TENANT]?.alertmanagers ?? [],
  };
}
