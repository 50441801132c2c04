import * as pulumi from "@pulumi/pulumi";
import { MetricsBackend } from "../contract/names";
import { imageReference } from "../kit/images";
import { mapValues } from "../kit/records";
import { ruleFile } from "../rules/rule-file";
import type { HubCellArgs, HubMetricsArgs, HubObservabilityArgs } from "./args";
import { backendName, writePortOf } from "../backends/kit/architecture";
import type { CachesArgs } from "../backends/kit/caches";
import type { CellUpstreams } from "./gateway/locations";
import { cellEdges, cellSeries, tenantLoads, watcherOf } from "./inventory";
import { cellLogLimits, cellLogs } from "../backends/loki/inventory";
import { Loki } from "../backends/loki/loki";
import { lokiPlan } from "../backends/loki/plan";
import { MetricsStore } from "../backends/kit/rings/metrics-store";
import { planOf } from "../backends/kit/metrics/plan";
import { programOf } from "../backends/kit/rings/program";
import { rulesModel } from "./rules-model";
import { cellTraceLimits, cellTraces } from "../backends/tempo/inventory";
import { tempoPlan } from "../backends/tempo/plan";
import { Tempo } from "../backends/tempo/tempo";
import { Thanos } from "../backends/thanos/thanos";

const DEFAULT_DISK = { metrics: "50Gi", logs: "20Gi", traces: "20Gi" };

/** What stores the signals of a cell. */
export interface CellBackends {
  readonly metrics: MetricsStore | Thanos;
  readonly loki?: Loki;
  readonly tempo?: Tempo;
}

interface Surroundings {
  readonly parent: pulumi.Resource;
  readonly name: string;
  readonly args: HubObservabilityArgs;
  readonly namespace: pulumi.Output<string>;
}

export function createCells(
  parent: pulumi.Resource,
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
): Record<string, CellBackends> {
  const around = { parent, name, args, namespace };
  return mapValues(args.cells, ({ metrics, logs, traces }, cell) => ({
    metrics: createMetrics(around, cell, metrics),
    ...(logs && { loki: createLoki(around, cell, logs) }),
    ...(traces && { tempo: createTempo(around, cell, traces) }),
  }));
}

function createMetrics(
  { parent, name, args, namespace }: Surroundings,
  cell: string,
  metrics: HubCellArgs["metrics"],
): MetricsStore | Thanos {
  const program = programOf(metrics);
  const { name: backend } = program.backend;
  const { zones = [] } = metrics;
  const layout = planOf(metrics, {
    activeSeries: cellSeries(args, cell),
    edges: cellEdges(args, cell),
  });
  const facts = pulumi.output({
    namespace,
    edges: args.certificates ?? {},
    gateway: args.gateway.serverCertificate,
    authorities: args.gateway.clientTrustBundle,
  });
  const store = {
    cell,
    namespace,
    image: imageReference(backend, args.images),
    bucket: pulumi.output(metrics.bucket),
    tenants: tenantLoads(args, cell),
    rules: facts.apply((known) => ruleFile(rulesModel(args, cell, known))),
    diskSize: metrics.diskSize ?? DEFAULT_DISK.metrics,
    storageClass: metrics.storageClass,
  };
  const microservices = layout && { layout, zones, caches: cachesOf(args, metrics) };
  const fullName = `${name}-${backend}-${cell}`;
  if ("config" in program) {
    const rulerImage = imageReference("prometheus", args.images);
    const activeSeries = cellSeries(args, cell);
    return new MetricsStore(
      fullName,
      program,
      { ...store, rulerImage, activeSeries, microservices },
      { parent },
    );
  }
  if (!microservices) throw new Error(`${program.backend.title} has no layout`);
  const { rawDays, fiveMinuteDays } = metrics;
  const downsampling = { rawDays, fiveMinuteDays };
  return new Thanos(
    fullName,
    { ...store, microservices, downsampling, watcher: watcherOf(args, cell) },
    { parent },
  );
}

function createLoki(
  { parent, name, args, namespace }: Surroundings,
  cell: string,
  logs: NonNullable<HubCellArgs["logs"]>,
) {
  const load = cellLogs(args, cell);
  return new Loki(
    `${name}-loki-${cell}`,
    {
      cell,
      namespace,
      image: imageReference("loki", args.images),
      bucket: pulumi.output(logs.bucket),
      schemaFrom: logs.schemaFrom,
      runtime: cellLogLimits(args, cell),
      ...load,
      alertmanagers: args.alerting?.alertmanagers,
      diskSize: logs.diskSize ?? DEFAULT_DISK.logs,
      storageClass: logs.storageClass,
      layout: lokiPlan(logs, load),
      caches: cachesOf(args, logs),
    },
    { parent },
  );
}

function createTempo(
  { parent, name, args, namespace }: Surroundings,
  cell: string,
  traces: NonNullable<HubCellArgs["traces"]>,
) {
  const load = cellTraces(args, cell);
  return new Tempo(
    `${name}-tempo-${cell}`,
    {
      cell,
      namespace,
      image: imageReference("tempo", args.images),
      bucket: pulumi.output(traces.bucket),
      runtime: cellTraceLimits(args, cell, traces),
      ...load,
      ...(traces.metricsGenerator && { metricsUrl: metricsUrl(args, cell) }),
      diskSize: traces.diskSize ?? DEFAULT_DISK.traces,
      storageClass: traces.storageClass,
      layout: tempoPlan(traces, load),
    },
    { parent },
  );
}

function cachesOf(
  { images }: HubObservabilityArgs,
  { caches, redis }: Pick<HubMetricsArgs, "caches" | "redis">,
): CachesArgs | undefined {
  if (redis) return { redis };
  return caches ? { image: imageReference("memcached", images) } : undefined;
}

/** Inside of the hub, where the tenant is Tempo's say. */
function metricsUrl({ cells }: HubObservabilityArgs, cell: string): string {
  const { backend, writePaths } = programOf(cells[cell]?.metrics ?? {});
  return `http://${backendName(backend.name, cell)}:${writePortOf(backend)}${writePaths.push}`;
}

/** Where the gateway passes on what edges of the cell write. */
export function upstreamsOf(
  { metrics, loki, tempo }: CellBackends,
  { backend }: Pick<HubMetricsArgs, "backend">,
): pulumi.Output<CellUpstreams> {
  return pulumi.output({
    metrics: metrics.address,
    ...(backend && backend !== MetricsBackend.mimir && { metricsBackend: backend }),
    ...(loki && { loki: loki.address }),
    ...(tempo && { tempo: tempo.address, tempo_grpc: tempo.grpcAddress }),
  });
}
