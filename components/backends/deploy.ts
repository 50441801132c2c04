import type * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../kit/images";
import type { DeployArgs, DeployedBackend } from "./backend";
import { backendName, writePortOf } from "./kit/architecture";
import type { CachesArgs } from "./kit/caches";
import { metricsLoads } from "./kit/metrics/load";
import { metricsLayout } from "./kit/metrics/plan";
import { MetricsStore } from "./kit/rings/metrics-store";
import { METRICS_PROGRAMS } from "./kit/rings/program";
import { lokiRuntimeConfig } from "./loki/limits";
import { logLoads } from "./loki/load";
import { Loki } from "./loki/loki";
import { lokiPlan } from "./loki/plan";
import { generationOf } from "./tempo/generations";
import { tempoRuntimeConfig } from "./tempo/limits";
import { traceLoads } from "./tempo/load";
import { tempoPlan } from "./tempo/plan";
import { Tempo } from "./tempo/tempo";
import { downsamplingOf } from "./thanos";
import { Thanos } from "./thanos/thanos";

/**
 * Makes the backend of a cell's signal.
 *
 * @param name Logical name, with which those of its resources begin: `hub-loki-main`.
 */
export function deployBackend(
  name: string,
  args: DeployArgs,
  opts: pulumi.ComponentResourceOptions,
): DeployedBackend {
  const { signal } = args.store;
  if (signal === "logs") return deployLoki(name, args, opts);
  return signal === "traces" ? deployTempo(name, args, opts) : deployMetrics(name, args, opts);
}

function common({ store: { backend, options }, cell, namespace, bucket, images }: DeployArgs) {
  return {
    cell: cell.name,
    namespace,
    image: imageReference(backend.name as "mimir", images),
    bucket,
    diskSize: options.diskSize ?? backend.defaultDisk,
    storageClass: options.storageClass,
  };
}

function cachesOf({ store: { options }, images }: DeployArgs): CachesArgs | undefined {
  if (options.redis) return { redis: options.redis };
  return options.caches ? { image: imageReference("memcached", images) } : undefined;
}

function deployMetrics(
  name: string,
  args: DeployArgs,
  opts: pulumi.ComponentResourceOptions,
): DeployedBackend {
  const { store, cell, images, rules } = args;
  const program = METRICS_PROGRAMS[store.backend.name as keyof typeof METRICS_PROGRAMS];
  const layout = metricsLayout(program.backend, program.planning, store, cell);
  const { zones = [] } = store.options;
  const microservices = layout && { layout, zones, caches: cachesOf(args) };
  const metrics = { ...common(args), tenants: metricsLoads(cell), rules };
  if ("config" in program) {
    const rulerImage = imageReference("prometheus", images);
    const { activeSeries } = cell.load;
    const made = new MetricsStore(
      name,
      program,
      { ...metrics, rulerImage, activeSeries, microservices },
      opts,
    );
    const { address, readAddress, allReadAddress } = made;
    return { addresses: { http: address }, readAddress, allReadAddress };
  }
  if (!microservices) throw new Error(`${program.backend.title} has no layout`);
  const downsampling = downsamplingOf(store);
  const made = new Thanos(
    name,
    { ...metrics, microservices, downsampling, watcher: cell.watcher },
    opts,
  );
  const { address, readAddress, allReadAddress, grpcAddress } = made;
  return { addresses: { http: address }, readAddress, allReadAddress, grpcAddress };
}

function deployLoki(
  name: string,
  args: DeployArgs,
  opts: pulumi.ComponentResourceOptions,
): DeployedBackend {
  const { store, cell } = args;
  const load = { bytesPerSecond: cell.load.logBytesPerSecond };
  const { address, readAddress } = new Loki(
    name,
    {
      ...common(args),
      schemaFrom: store.options["schemaFrom"] as string,
      runtime: lokiRuntimeConfig(logLoads(cell)),
      ...load,
      alertmanagers: cell.alertmanagers,
      layout: lokiPlan({ ...store.options, topology: store.topology }, load),
      caches: cachesOf(args),
    },
    opts,
  );
  return { addresses: { http: address }, readAddress, allReadAddress: readAddress };
}

function deployTempo(
  name: string,
  args: DeployArgs,
  opts: pulumi.ComponentResourceOptions,
): DeployedBackend {
  const { store, cell } = args;
  const { metricsGenerator, generation } = store.options;
  const load = { spansPerSecond: cell.load.spansPerSecond, sampled: cell.load.sampledEdges };
  const known = generationOf(generation as number | undefined);
  const { address, grpcAddress, readAddress } = new Tempo(
    name,
    {
      ...common(args),
      runtime: tempoRuntimeConfig(known, traceLoads(cell, metricsGenerator === true)),
      generation: known,
      spansPerSecond: load.spansPerSecond,
      outageSeconds: cell.load.outageSeconds,
      ...(metricsGenerator === true && { metricsUrl: metricsUrl(args) }),
      layout: tempoPlan({ ...store.options, topology: store.topology }, load),
    },
    opts,
  );
  return {
    addresses: { http: address, grpc: grpcAddress },
    readAddress,
    allReadAddress: readAddress,
  };
}

/** Inside of the hub, where the tenant of a write is the backend's say. */
function metricsUrl({ cell: { name, stores } }: DeployArgs): string {
  const { backend, options } = stores.metrics;
  const push = backend.ingest.find(({ protocol }) => protocol === "remote write");
  const host = backendName(backend.name, name);
  return `http://${host}:${writePortOf(backend.architecture(options))}${push?.backendPath ?? ""}`;
}
