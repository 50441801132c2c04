import type * as k8s from "@pulumi/kubernetes";
import { checksum } from "../../kit/checksum";
import { toYaml } from "../../kit/yaml";
import type { DeployArgs, DeployedBackend } from "../backend";
import { answering, backendName, readAddress, writePortOf } from "../kit/architecture";
import type { Cache } from "../kit/cache-config";
import type { DeployKit } from "../kit/deploy-kit";
import type { Installation } from "../kit/installation";
import type { MetricsComponent } from "../kit/metrics/components";
import { metricsLoads } from "../kit/metrics/load";
import { metricsLayout } from "../kit/metrics/plan";
import type { Layout } from "../kit/metrics/profiles";
import { PLANNING } from "../kit/metrics/resources";
import type { Mount } from "../kit/pod";
import { OWN_RULES, RULES_FILE, WORKLOAD_RULES_FILE } from "../kit/rings/config";
import type { Shared } from "../kit/shared";
import { tenantData } from "../kit/tenant-rules";
import {
  BUCKET_FILE,
  hashrings,
  HASHRINGS_FILE,
  LIMITS_FILE,
  POD_NAME,
  THANOS_PATHS,
  thanosArguments,
  type ThanosModel,
} from "./config";
import { downsamplingOf, retentionsOf, thanosLimits, widestBounds } from "./limits";
import { thanosStoreConfig } from "./program/store-config";

interface ThanosParts {
  readonly make: DeployKit;
  readonly installation: Installation<MetricsComponent>;
  readonly args: DeployArgs;
  readonly layout: Layout;
}

interface ThanosShared extends Shared {
  readonly hashrings: k8s.core.v1.ConfigMap;
  readonly rules: k8s.core.v1.ConfigMap;
}

/**
 * Receive takes samples and keeps those of the last day; everything older is in the bucket. With
 * topology `single` each microservice component is one pod. With `microservices`, three pods keep
 * each sample.
 */
export function deployThanos(
  make: DeployKit,
  installation: Installation<MetricsComponent>,
  args: DeployArgs,
): DeployedBackend {
  const { backend, cell } = installation;
  const layout = metricsLayout(backend, PLANNING, args.store, args.cell);
  if (!layout) throw new Error(`${backend.title} has no layout`);
  const parts = { make, installation, args, layout };
  const allReadAddress = readAddress(installation, "microservices", "allReads");
  const shared = createFiles(parts, allReadAddress);
  const ready = createPods(parts, shared);
  const service = make.createWriteService(installation, "microservices", ready);
  const { host } = answering(backend, "allReads", cell, "microservices");
  return {
    addresses: {
      http: service.metadata.name.apply((name) => `${name}:${writePortOf(backend)}`),
    },
    readAddress: readAddress(installation, "microservices"),
    allReadAddress,
    grpcAddress: `${host}:${backend.grpcPort}`,
  };
}

function createFiles(
  {
    make,
    installation,
    args: {
      store,
      cell,
      rules,
      workloadRules,
      // Rules see all tenants here, so that only the hub's own tenant has such a file.
      tenantRules: [first = {}],
    },
    layout,
  }: ThanosParts,
  reads: string,
): ThanosShared {
  const ring = hashrings(cell.name, layout, store.options.zones ?? []);
  const text = JSON.stringify(ring, undefined, 2);
  const limits = thanosLimits({
    cell: cell.name,
    tenants: metricsLoads(cell),
    watcher: cell.watcher,
    copies: layout.replication.ingester,
    reads,
  });
  return {
    ...make.createShared(installation, LIMITS_FILE, limits),
    hashrings: make.createReloadedConfig(installation, "hashrings", {
      file: HASHRINGS_FILE,
      text,
      hash: checksum(text),
    }),
    rules: make.createReloadedConfig(installation, "rules", {
      file: RULES_FILE,
      text: rules.text,
      hash: rules.hash,
      beside: { [WORKLOAD_RULES_FILE]: workloadRules.text, ...tenantData(first, OWN_RULES) },
    }),
  };
}

function createPods(parts: ThanosParts, shared: ThanosShared) {
  const { make, installation, args, layout } = parts;
  const text = installation.bucket.apply((connection) => toYaml(thanosStoreConfig(connection)));
  const bucketConfig = make.createStartUpConfig(installation, "single", BUCKET_FILE, text);
  const caches = make.createCaches(installation, args, layout.caches);
  const model = modelOf(parts, caches?.cache);
  return make.createMicroservices(installation, {
    sizes: layout.sizes,
    zones: args.store.options.zones ?? [],
    groups: { compactor: Object.keys(model.retentions) },
    pod: (component, group) => ({
      // It reads rules when it starts, and when it is told to: nobody is there to tell it.
      config: component === "ruler" ? { ...bucketConfig, hash: args.rules.hash } : bucketConfig,
      shared,
      paths: THANOS_PATHS,
      startedWith: thanosArguments(component, model, group),
      podName: POD_NAME,
      ...make.redisPasswordOf(installation.backend, component, caches),
      mounts: mountsOf(component, shared),
    }),
  });
}

function mountsOf(component: MetricsComponent, { hashrings: ring, rules }: ThanosShared): Mount[] {
  const mount = (name: string, map: k8s.core.v1.ConfigMap, path: string): Mount[] => [
    { name, sources: [{ name: map.metadata.name }], path },
  ];
  if (component === "distributor") return mount("hashrings", ring, THANOS_PATHS.hashrings);
  return component === "ruler" ? mount("rules", rules, THANOS_PATHS.rules) : [];
}

function modelOf(
  { installation: { backend }, args: { store, cell }, layout }: ThanosParts,
  cache: Cache | undefined,
): ThanosModel {
  const ports = { http: backend.httpPort, grpc: backend.grpcPort, write: writePortOf(backend) };
  const host = (component: MetricsComponent) =>
    // Writes have one address for good.
    backendName(
      backend.name,
      cell.name,
      component === backend.answers.writes ? undefined : component,
    );
  const loads = metricsLoads(cell);
  return {
    at: (component, port) => `${host(component)}:${ports[port]}`,
    listen: (port) => `:${ports[port]}`,
    paths: THANOS_PATHS,
    copies: layout.replication.ingester,
    ...widestBounds(loads),
    limited: cell.watcher !== undefined,
    retentions: retentionsOf(loads, downsamplingOf(store)),
    cache,
    alertmanagers: cell.alertmanagers,
  };
}
