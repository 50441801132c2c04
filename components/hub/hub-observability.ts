import * as pulumi from "@pulumi/pulumi";
import { gatewayUrl } from "../contract/hub";
import { EDGE_NAMESPACE, HUB_NAMESPACE } from "../contract/places";
import type { PolicySpec } from "../kit/flows";
import { imageReference } from "../kit/images";
import { restrictedNamespace } from "../kit/namespace";
import { defaultDenyPolicy, rolePolicy } from "../kit/network-policies";
import { refuse } from "../kit/problems";
import { portOf } from "../kit/urls";
import { ruleFile } from "../rules/rule-file";
import type { HubMetricsArgs, HubObservabilityArgs } from "./args";
import { argsProblems } from "./check";
import { DeadMansSwitch } from "./dead-mans-switch/dead-mans-switch";
import type { Question } from "./dead-mans-switch/script";
import { hubPolicies, type CellParts, type StoreAddress } from "./flows";
import { grafanaFlowsArgs } from "./grafana/flows";
import { Grafana } from "./grafana/grafana";
import { DEFAULT_PORT, Gateway } from "./gateway/gateway";
import { cellEdges, cellRuntimeConfig, cellSeries, cellTenants, gatewayClients, revokedClients } from "./inventory";
import { Mimir } from "./mimir/mimir";
import { planOf } from "./mimir/plan";
import { rulesModel } from "./rules-model";

const DEFAULT_DISK = "50Gi";

/**
 * The hub: a store for metrics in each cell, and one gateway through which edges write, each as the tenant that the inventory gives it. Per cell one
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
 *   edges: { dev: { tenant: "dev", cell: "main", keyGeneration: 1, outage: "6h", activeSeries: 200_000 } },
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
    createGrafana(this, name, args, namespace, cells);

    this.namespace = namespace;
    this.gatewayUrl = pulumi.output(gatewayUrl(args.gateway.host, args.gateway.port ?? DEFAULT_PORT));
    this.registerOutputs({ namespace: this.namespace, gatewayUrl: this.gatewayUrl });
  }
}

function useNamespace(parent: HubObservability, name: string, args: HubObservabilityArgs): pulumi.Output<string> {
  const { namespace = HUB_NAMESPACE, existingNamespace } = args;
  if (existingNamespace !== undefined) return pulumi.output(existingNamespace);
  return restrictedNamespace(`${name}-namespace`, namespace, { parent }).metadata.name;
}

/** Which policies there are follows from the names of cells; only ports in them may be known late. */
function createNetworkPolicies(
  parent: HubObservability,
  name: string,
  { cells, agentNamespace = EDGE_NAMESPACE, alerting = {}, grafana }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
): void {
  const { alertmanagers = [], deadMansSwitch } = alerting;
  const unknown = { protocol: "", endpoint: "", insecure: false };
  const parts = ({ topology, caches = false }: HubMetricsArgs): CellParts => {
    return { microservices: topology === "microservices", caches };
  };
  const policiesFor = (stores: Record<string, StoreAddress>, switchPort?: number) =>
    hubPolicies({
      cells: mapValues(cells, ({ metrics }, cell) => ({ ...(stores[cell] ?? unknown), ...parts(metrics) })),
      agentNamespace,
      alertmanagerPorts: alertmanagers.map(portOf),
      switchPort,
      grafana: grafana && grafanaFlowsArgs(grafana),
    });
  const roles = policiesFor({}, deadMansSwitch && 0).map(({ role }) => role);
  // The address is secret, its port is not: policies are not.
  const switchPort = deadMansSwitch && pulumi.unsecret(pulumi.output(deadMansSwitch.url).apply(portOf));
  const policies = pulumi
    .all([pulumi.output(mapValues(cells, ({ metrics }) => metrics.bucket)), pulumi.output(switchPort)])
    .apply(([stores, port]) => policiesFor(stores, port));
  const specOf = (index: number) => policies.apply((all) => (all[index] as PolicySpec).spec);

  defaultDenyPolicy(`${name}-network`, namespace, { parent });
  roles.forEach((role, index) => rolePolicy(`${name}-network`, namespace, role, specOf(index), { parent }));
}

function createCells(
  parent: HubObservability,
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
): Record<string, Mimir> {
  const image = imageReference("mimir", args.images);
  const cacheImage = imageReference("memcached", args.images);
  const facts = pulumi.output({
    namespace,
    edges: args.certificates ?? {},
    gateway: args.gateway.serverCertificate,
    authorities: args.gateway.clientTrustBundle,
  });
  return mapValues(args.cells, ({ metrics }, cell) => {
    const { caches, zones = [] } = metrics;
    const layout = planOf(metrics, { activeSeries: cellSeries(args, cell), edges: cellEdges(args, cell) });
    const mimir = new Mimir(
      `${name}-mimir-${cell}`,
      {
        cell,
        namespace,
        image,
        bucket: pulumi.output(metrics.bucket),
        runtime: cellRuntimeConfig(args, cell),
        rules: facts.apply((known) => ruleFile(rulesModel(args, cell, known))),
        activeSeries: cellSeries(args, cell),
        diskSize: metrics.diskSize ?? DEFAULT_DISK,
        storageClass: metrics.storageClass,
        ...(layout && { microservices: { layout, zones, ...(caches && { cacheImage }) } }),
      },
      { parent },
    );
    return mimir;
  });
}

function createGateway(
  parent: HubObservability,
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: Record<string, Mimir>,
): void {
  new Gateway(
    `${name}-gateway`,
    {
      ...args.gateway,
      namespace,
      clients: gatewayClients(args),
      revoked: revokedClients(args),
      cells: mapValues(cells, ({ address }) => address.apply((mimir) => ({ mimir }))),
      image: imageReference("nginx", args.images),
      counterImage: imageReference("statsdExporter", args.images),
    },
    { parent },
  );
}

function createDeadMansSwitch(
  parent: HubObservability,
  name: string,
  { alerting, watchedBy, edges, images }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: Record<string, Mimir>,
): void {
  if (!alerting?.deadMansSwitch) return;
  const watcher = watchedBy === undefined ? undefined : edges[watchedBy];
  const questions = Object.entries(cells).map(([cell, { readAddress: address }]): Question => {
    if (!watcher || watcher.cell !== cell) return { address };
    return { address, arriving: { cluster: watchedBy as string, tenant: watcher.tenant } };
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
  cells: Record<string, Mimir>,
): void {
  const { grafana, images } = args;
  if (!grafana) return;
  const sources = {
    cells: mapValues(cells, ({ readAddress }, cell) => ({
      readers: { metrics: readAddress },
      tenants: cellTenants(args, cell),
    })),
    organisations: mapValues(grafana.organisations ?? {}, ({ tenants }) => tenants),
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

function mapValues<T, R>(record: Record<string, T>, map: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
