import * as pulumi from "@pulumi/pulumi";
import { gatewayUrl } from "../contract/hub";
import type { Signal } from "../contract/names";
import { EDGE_NAMESPACE, HUB_NAMESPACE } from "../contract/places";
import type { PolicySpec } from "../kit/flows";
import { imageReference } from "../kit/images";
import { restrictedNamespace } from "../kit/namespace";
import { defaultDenyPolicy, rolePolicy } from "../kit/network-policies";
import { refuse } from "../kit/problems";
import { mapValues } from "../kit/records";
import { hostAndPort, portOf } from "../kit/urls";
import { UNKNOWN_STORE, type StoreAddress } from "../storage/flows";
import type { HubCellArgs, HubMetricsArgs, HubObservabilityArgs } from "./args";
import { createCells, upstreamsOf, type CellBackends } from "./cells";
import { argsProblems } from "./check";
import { DeadMansSwitch } from "./dead-mans-switch/dead-mans-switch";
import type { Question } from "./dead-mans-switch/script";
import { hubPolicies, type CellFlows, type CellParts } from "./flows";
import { grafanaFlowsArgs } from "./grafana/flows";
import { createGlobalQuery } from "./create-global-query";
import type { GlobalQuery } from "./global-query/global-query";
import { Grafana } from "./grafana/grafana";
import { DEFAULT_PORT, Gateway } from "./gateway/gateway";
import { cellTenants, gatewayClients, queriedEdges, revokedClients, watcherOf } from "./inventory";
import { programOf } from "../backends/kit/rings/program";

/**
 * The hub: a store for metrics in each cell, for logs and traces where they are wanted, and one gateway through which edges write, each as the tenant that the inventory gives it. Per cell one
 * Mimir pod with a disk (CPU and memory follow the series of its edges: half a core and 800 MiB for 50,000) or Mimir as microservices (from 15 pods: 3
 * cores and 7 GiB for 200,000 series, 22 cores and 46 GiB for a million), and two small gateway pods.
 *
 * Changes of the inventory (an edge more, revoked, another retention) are loaded in place. Give it a provider with `enableConfigMapMutable` and
 * `enableSecretMutable`, or each of them replaces the object instead. Certificates come from MtlsPki or from elsewhere; it makes none.
 *
 * ```ts
 * new HubObservability("hub", {
 *   gateway: { host: "ingest.ops.example.com", serverCertificate, serverPrivateKey, clientTrustBundle },
 *   cells: { main: { metrics: { bucket: bucket.connection } } },
 *   tenants: { dev: { retentionDays: 30 } },
 *   edges: { dev: { tenant: "dev", keyGeneration: 1, outage: "6h", activeSeries: 200_000 } },
 * });
 * ```
 */
export class HubObservability extends pulumi.ComponentResource {
  /** Namespace of the hub's pods. */
  readonly namespace: pulumi.Output<string>;
  /** Where edges write to: `https://host[:port]`. */
  readonly gatewayUrl: pulumi.Output<string>;

  constructor(name: string, args: HubObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:HubObservability", name, {}, opts);
    refuse(`HubObservability ${name}`, argsProblems(args));

    const namespace = useNamespace(this, name, args);
    createNetworkPolicies(this, name, args, namespace);
    const cells = createCells(this, name, args, namespace);
    createGateway(this, name, args, namespace, cells);
    createDeadMansSwitch(this, name, args, namespace, cells);
    const globalQuery = createGlobalQuery(`${name}-global-query`, args, namespace, cells, {
      parent: this,
    });
    createGrafana(this, name, args, namespace, cells, globalQuery);

    this.namespace = namespace;
    this.gatewayUrl = pulumi.output(
      gatewayUrl(args.gateway.host, args.gateway.port ?? DEFAULT_PORT),
    );
    this.registerOutputs({ namespace: this.namespace, gatewayUrl: this.gatewayUrl });
  }
}

function useNamespace(
  parent: HubObservability,
  name: string,
  args: HubObservabilityArgs,
): pulumi.Output<string> {
  const { namespace = HUB_NAMESPACE, existingNamespace } = args;
  if (existingNamespace !== undefined) return pulumi.output(existingNamespace);
  return restrictedNamespace(`${name}-namespace`, namespace, { parent }).metadata.name;
}

/** Which policies there are follows from the names of cells; only ports in them may be known late. */
function createNetworkPolicies(
  parent: HubObservability,
  name: string,
  {
    cells,
    edges,
    agentNamespace = EDGE_NAMESPACE,
    alerting = {},
    globalQuery,
    grafana,
  }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
): void {
  const { alertmanagers = [], deadMansSwitch } = alerting;
  const policiesFor = (stores: Record<string, CellFlows>, switchPort?: number) =>
    hubPolicies({
      cells: stores,
      agentNamespace,
      alertmanagerPorts: alertmanagers.map(portOf),
      switchPort,
      grafana: grafana && grafanaFlowsArgs(grafana),
      ...(globalQuery && { globalQuery: { edges: Object.values(queriedEdges({ edges })) } }),
    });
  const roles = policiesFor(
    mapValues(cells, (cell) => cellFlows(cell, () => UNKNOWN_STORE)),
    deadMansSwitch && 0,
  ).map(({ role }) => role);
  // The address is secret, its port is not: policies are not.
  const switchPort =
    deadMansSwitch && pulumi.unsecret(pulumi.output(deadMansSwitch.url).apply(portOf));
  const stores = mapValues(cells, ({ metrics, logs, traces }) => ({
    metrics: metrics.bucket,
    logs: logs?.bucket,
    traces: traces?.bucket,
  }));
  const policies = pulumi
    .all([pulumi.output(stores), pulumi.output(switchPort)])
    .apply(([known, port]) =>
      policiesFor(
        mapValues(cells, (cell, name) =>
          cellFlows(cell, (signal) => known[name]?.[signal] ?? UNKNOWN_STORE),
        ),
        port,
      ),
    );
  const specOf = (index: number) => policies.apply((all) => (all[index] as PolicySpec).spec);

  defaultDenyPolicy(`${name}-network`, namespace, { parent });
  roles.forEach((role, index) =>
    rolePolicy(`${name}-network`, namespace, role, specOf(index), { parent }),
  );
}

/** `storeOf`: where each of its signals is stored. */
function cellFlows(
  { metrics, logs, traces }: HubCellArgs,
  storeOf: (signal: Signal) => StoreAddress,
): CellFlows {
  const parts = ({
    topology,
    caches = false,
    redis,
  }: Pick<HubMetricsArgs, "topology" | "caches" | "redis">): CellParts => ({
    microservices: topology === "microservices",
    caches,
    ...(redis && { redisPort: hostAndPort(redis.endpoint).port }),
  });
  return {
    metrics: { ...storeOf("metrics"), ...parts(metrics), backend: metrics.backend },
    ...(logs && { logs: { ...storeOf("logs"), ...parts(logs) } }),
    ...(traces && {
      traces: { ...storeOf("traces"), ...parts(traces), metricsGenerator: traces.metricsGenerator },
    }),
  };
}

function createGateway(
  parent: HubObservability,
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: Record<string, CellBackends>,
): void {
  new Gateway(
    `${name}-gateway`,
    {
      ...args.gateway,
      namespace,
      clients: gatewayClients(args),
      revoked: revokedClients(args),
      cells: mapValues(cells, (backends, cell) =>
        upstreamsOf(backends, args.cells[cell]?.metrics ?? {}),
      ),
      image: imageReference("nginx", args.images),
      counterImage: imageReference("statsdExporter", args.images),
    },
    { parent },
  );
}

function createDeadMansSwitch(
  parent: HubObservability,
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: Record<string, CellBackends>,
): void {
  const { alerting, images } = args;
  if (!alerting?.deadMansSwitch) return;
  const questions = Object.entries(cells).map(([cell, { metrics }]): Question => {
    return { address: metrics.allReadAddress, arriving: watcherOf(args, cell) };
  });
  const image = imageReference("curl", images);
  new DeadMansSwitch(
    `${name}-dead-mans-switch`,
    { ...alerting.deadMansSwitch, namespace, questions, image },
    { parent },
  );
}

function createGrafana(
  parent: HubObservability,
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: Record<string, CellBackends>,
  globalQuery: GlobalQuery | undefined,
): void {
  const { grafana, images } = args;
  if (!grafana) return;
  const sources = {
    cells: mapValues(cells, ({ metrics, loki, tempo }, cell) => ({
      readers: {
        metrics: metrics.readAddress,
        ...(loki && { logs: loki.readAddress }),
        ...(tempo && { traces: tempo.readAddress }),
      },
      ...(metrics.allReadAddress !== metrics.readAddress && {
        allReaders: { metrics: metrics.allReadAddress },
      }),
      tenants: cellTenants(args, cell),
      metricsBackend: programOf(args.cells[cell]?.metrics ?? {}).backend.title,
    })),
    organisations: mapValues(grafana.organisations ?? {}, ({ tenants }) => tenants),
    ...(globalQuery && {
      everywhere: { reader: globalQuery.readAddress, tenants: Object.keys(args.tenants) },
    }),
  };
  new Grafana(
    `${name}-grafana`,
    {
      ...grafana,
      namespace,
      sources,
      image: imageReference("grafana", images),
      curlImage: imageReference("curl", images),
    },
    { parent },
  );
}
