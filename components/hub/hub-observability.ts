import * as pulumi from "@pulumi/pulumi";
import { connectionOf, type EdgeConnection } from "../contract/connection";
import { encodeFacts, gatewayAddress } from "../contract/encode";
import { gatewayUrl } from "../contract/hub";
import { HUB_NAMESPACE } from "../contract/cluster-names";
import { TENANT_HEADER } from "../backends/kit/architecture";
import { imageReference } from "../kit/images";
import { checkedInputs } from "../kit/inputs";
import { refuse } from "../kit/issues";
import { restrictedNamespace } from "../kit/namespace";
import { sizeOptions } from "../kit/object-size";
import { podsOptions } from "../kit/pods";
import { mapValues } from "../kit/records";
import { uncollectedNotes } from "../rules/own/uncollected";
import type { HubObservabilityArgs } from "./args";
import { argsIssues } from "./args-issues";
import type { Alertmanager } from "../alertmanager/alertmanager";
import { createAlertmanager } from "./alertmanager";
import { DeadMansSwitch } from "./dead-mans-switch/dead-mans-switch";
import type { Question } from "./dead-mans-switch/script";
import { DEFAULT_PORT, gatewayFields, type HubGatewayArgs } from "./gateway/args";
import { Gateway } from "./gateway/gateway";
import { ingestLocations } from "./gateway/ingest";
import { createGlobalQuery } from "./global-query/create";
import type { GlobalQuery } from "./global-query/global-query";
import type {
  AlertsSource,
  CellSources,
  DatasourcesModel,
  SignalSource,
} from "./grafana/datasources";
import { Grafana } from "./grafana/grafana";
import { directHosts } from "./hosts";
import { backendsOfCell, contractEdges, gatewayClients, revokedClients } from "./inventory";
import type { HubModel } from "./model";
import { createNetworkPolicies } from "./network-policies";
import { resolveHub } from "./resolve";
import { createStores, upstreamsOf, type DeployedCell, type DeployedStore } from "./stores";

/** An address to which clients write with one protocol. */
export interface HubWriteEndpoint {
  /** `metrics`, `logs` or `traces`. */
  signal: string;
  /** Name of the protocol, e.g. `remote write` or `OTLP/HTTP`. */
  protocol: string;
  /** The address: `https://host[:port]` and the path. */
  url: string;
}

/** Addresses at which the data of a cell is read from within the hub's cluster. */
export interface HubReadEndpoints {
  /** HTTP address of the metrics backend. */
  metrics: string;
  /** HTTP address of the logs backend. Undefined if the cell stores no logs. */
  logs?: string;
  /** HTTP address of the traces backend. Undefined if the cell stores no traces. */
  traces?: string;
  /** Name of the HTTP header that says which tenant to query. */
  tenantHeader: string;
}

/**
 * The hub: a gateway to which edges write, and in each cell a backend for metrics, and for logs and
 * traces if the cell stores them. The gateway writes the data of each edge to the tenant that the
 * inventory gives the edge.
 *
 * A metrics backend in one process takes half a core and 800 MiB for 50,000 series. As
 * microservices it starts with 15 pods: 3 cores and 7 GiB for 200,000 series, 22 cores and 46 GiB
 * for a million. There are also two small pods of the gateway.
 *
 * Changes of the inventory, such as a new edge, a revoked edge or another retention, are loaded in
 * place. Give the component a provider with `enableConfigMapMutable` and `enableSecretMutable`.
 * Without them every such change replaces the ConfigMap or Secret. The component creates no
 * certificates: MtlsPki or another source does.
 *
 * ```ts
 * const { serverCertificate, serverPrivateKey, trustBundle } = pki;
 * const hub = new HubObservability("hub", {
 *   gateway: {
 *     host: "ingest.ops.example.com",
 *     serverCertificate,
 *     serverPrivateKey,
 *     clientTrustBundle: trustBundle,
 *   },
 *   cells: { main: { metrics: { bucket: bucket.connection } } },
 *   tenants: { dev: { retentionDays: 30 } },
 *   edges: {
 *     dev: {
 *       tenant: "dev",
 *       environment: "dev",
 *       region: "uaenorth",
 *       keyGeneration: 1,
 *       outage: "6h",
 *       activeSeries: 200_000,
 *     },
 *   },
 *   certificates: pki.certificates,
 * });
 * ```
 *
 * Throws a `ConfigurationError` with every issue of the arguments.
 */
export class HubObservability extends pulumi.ComponentResource {
  /** Namespace of the hub's pods. */
  readonly namespace: pulumi.Output<string>;
  /** Address to which edges write: `https://host[:port]`. */
  readonly gatewayUrl: pulumi.Output<string>;
  /**
   * DNS name or IP address of the gateway's load balancer, for the DNS record of the host. Empty if
   * the Service has another type.
   */
  readonly gatewayAddress: pulumi.Output<string>;
  /** Addresses to which clients with a certificate write, one for each protocol. */
  readonly writeEndpoints: pulumi.Output<HubWriteEndpoint[]>;
  /** Addresses at which data is read within the cluster, by cell. */
  readonly readEndpoints: pulumi.Output<Record<string, HubReadEndpoints>>;
  /**
   * Names of the Kubernetes service accounts of the hub's pods. The keys are `gateway`, `grafana`,
   * and one for each store: its backend and its cell, as in `<backend>-main`.
   */
  readonly serviceAccounts: pulumi.Output<Record<string, string>>;
  /** Address of Grafana. Empty if there is no Grafana. */
  readonly grafanaUrl: pulumi.Output<string>;
  /**
   * Name of the Secret with the password of Grafana's user `admin`, at the key `admin-password`.
   * Empty if there is no Grafana.
   */
  readonly grafanaAdminSecret: pulumi.Output<string>;
  /**
   * Connections of edges by name: everything that an edge has to know about this hub, as argument
   * `connection` of EdgeAgent. The certificate in it is empty until the hub has signed one.
   */
  readonly edges: Record<string, EdgeConnection>;

  constructor(name: string, args: HubObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `HubObservability ${name}`;
    refuse(subject, argsIssues(args));
    const hub = resolveHub(args);
    const options = sizeOptions(subject, podsOptions(args.pods, opts, directHosts(hub)));
    super("heliograph:index:HubObservability", name, {}, options);
    const checked = { ...args, gateway: checkedGateway(name, args.gateway) };
    const inside = { parent: this };

    warnOfUncollected(this, args);
    const namespace = useNamespace(name, checked, inside);
    createNetworkPolicies(name, hub, checked, namespace, inside);
    const cells = createStores(name, { hub, args: checked, namespace }, inside);
    const gateway = createGateway(name, hub, checked, namespace, cells, inside);
    const alertmanager = createAlertmanager(
      `${name}-alertmanager`,
      hub,
      checked,
      namespace,
      inside,
    );
    createDeadMansSwitch(name, checked, namespace, cells, inside);
    const query = createGlobalQuery(`${name}-global-query`, hub, checked, namespace, cells, inside);
    const alerts = alertmanager && alertsOf(alertmanager);
    const sources = datasourcesModel(hub, checked, { cells, query, alerts });
    const grafana = createGrafana(name, checked, namespace, sources, inside);

    const url = gatewayUrl(checked.gateway.host, checked.gateway.port ?? DEFAULT_PORT);
    this.namespace = namespace;
    this.gatewayUrl = pulumi.output(url);
    this.gatewayAddress = gateway.loadBalancer;
    this.writeEndpoints = pulumi.output(writeEndpoints(url, hub));
    this.readEndpoints = namespace.apply((known) => readEndpoints(known, cells));
    this.serviceAccounts = pulumi.output(serviceAccounts(cells, gateway, grafana));
    this.grafanaUrl = pulumi.output(grafanaUrl(checked, namespace));
    this.grafanaAdminSecret = pulumi.output(grafana?.adminSecret ?? "");
    this.edges = edgeConnections(hub, checked);
    this.registerOutputs({
      namespace: this.namespace,
      gatewayUrl: this.gatewayUrl,
      gatewayAddress: this.gatewayAddress,
      writeEndpoints: this.writeEndpoints,
      readEndpoints: this.readEndpoints,
      serviceAccounts: this.serviceAccounts,
      grafanaUrl: this.grafanaUrl,
      grafanaAdminSecret: this.grafanaAdminSecret,
      edges: this.edges,
    });
  }
}

function warnOfUncollected(
  hub: HubObservability,
  { rules, dashboards }: HubObservabilityArgs,
): void {
  const { operators: ofOperators = {}, tenants = {} } = rules?.files ?? {};
  const { operators = {}, everyone = {}, organisations = {} } = dashboards?.files ?? {};
  const notes = uncollectedNotes(
    [ofOperators, ...Object.values(tenants)],
    [operators, everyone, ...Object.values(organisations)],
  );
  for (const note of notes) void pulumi.log.warn(note, hub);
}

function checkedGateway(name: string, gateway: HubGatewayArgs): HubGatewayArgs {
  return checkedInputs(`HubObservability ${name}`, gatewayFields, ["gateway"], gateway);
}

function useNamespace(
  name: string,
  { namespace = HUB_NAMESPACE, existingNamespace }: HubObservabilityArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (existingNamespace !== undefined) return pulumi.output(existingNamespace);
  return restrictedNamespace(`${name}-namespace`, namespace, opts).metadata.name;
}

function createGateway(
  name: string,
  hub: HubModel,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: readonly DeployedCell[],
  opts: pulumi.ComponentResourceOptions,
): Gateway {
  const upstreams = cells.map((deployed) => [deployed.cell.name, upstreamsOf(deployed)]);
  return new Gateway(
    `${name}-gateway`,
    {
      ...args.gateway,
      namespace,
      clients: gatewayClients(hub),
      revoked: revokedClients(hub),
      cells: Object.fromEntries(upstreams),
      image: imageReference("nginx", args.images),
      counterImage: imageReference("statsdExporter", args.images),
    },
    opts,
  );
}

function createDeadMansSwitch(
  name: string,
  { alerting, images }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: readonly DeployedCell[],
  opts: pulumi.ComponentResourceOptions,
): void {
  if (!alerting?.deadMansSwitch) return;
  const questions = cells.map(({ cell, stores }): Question => {
    return { address: stores.metrics.allReadAddress, arriving: cell.watcher };
  });
  new DeadMansSwitch(
    `${name}-dead-mans-switch`,
    { ...alerting.deadMansSwitch, namespace, questions, image: imageReference("curl", images) },
    opts,
  );
}

function createGrafana(
  name: string,
  { grafana, dashboards, images }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  sources: DatasourcesModel,
  opts: pulumi.ComponentResourceOptions,
): Grafana | undefined {
  if (!grafana) return undefined;
  return new Grafana(
    `${name}-grafana`,
    {
      ...grafana,
      namespace,
      sources,
      ownDashboards: dashboards?.files,
      image: imageReference("grafana", images),
      curlImage: imageReference("curl", images),
    },
    opts,
  );
}

interface Answering {
  readonly cells: readonly DeployedCell[];
  readonly query: GlobalQuery | undefined;
  readonly alerts: AlertsSource | undefined;
}

function datasourcesModel(
  { tenants }: HubModel,
  { grafana }: HubObservabilityArgs,
  { cells, query, alerts }: Answering,
): DatasourcesModel {
  return {
    cells: Object.fromEntries(cells.map((each) => [each.cell.name, sourcesOf(each)])),
    organisations: mapValues(grafana?.organisations ?? {}, (each) => each.tenants),
    ...(query && { everywhere: { ...query.source, tenants: tenants.map(({ id }) => id) } }),
    ...(alerts && { alerts }),
  };
}

function alertsOf({ address, tenantAddress }: Alertmanager): AlertsSource {
  return { reader: address, ...(tenantAddress !== undefined && { tenantReader: tenantAddress }) };
}

function sourcesOf({ cell, stores }: DeployedCell): CellSources {
  const sources = Object.entries(stores).map(([signal, store]): [string, SignalSource] => {
    const { backend, options, readAddress, allReadAddress } = store;
    return [
      signal,
      {
        backend,
        reader: readAddress,
        ...(allReadAddress !== readAddress && { allReader: allReadAddress }),
        severalTenants: backend.datasource.readsSeveralTenants(options),
      },
    ];
  });
  return { tenants: cell.ownTenants, sources: Object.fromEntries(sources) };
}

/** Those that a cell takes; gRPC clients are given no path. */
function writeEndpoints(base: string, { cells }: HubModel): HubWriteEndpoint[] {
  const stored = cells.flatMap(({ stores }) =>
    Object.values(stores).map(({ backend }) => backend.name),
  );
  return ingestLocations()
    .filter(({ takenBy }) => takenBy.some(({ backend }) => stored.includes(backend.name)))
    .map(({ signal, protocol, port, path }) => ({
      signal,
      protocol,
      url: port === "grpc" ? base : `${base}${path}`,
    }));
}

function readEndpoints(
  namespace: string,
  cells: readonly DeployedCell[],
): Record<string, HubReadEndpoints> {
  const urlOf = ({ readAddress, backend }: DeployedStore) => {
    const [host, port] = readAddress.split(":");
    return `http://${host}.${namespace}.svc:${port}${backend.datasource.path}`;
  };
  const entries = cells.map(({ cell, stores }): [string, HubReadEndpoints] => [
    cell.name,
    {
      metrics: urlOf(stores.metrics),
      ...(stores.logs && { logs: urlOf(stores.logs) }),
      ...(stores.traces && { traces: urlOf(stores.traces) }),
      tenantHeader: TENANT_HEADER,
    },
  ]);
  return Object.fromEntries(entries);
}

function serviceAccounts(
  cells: readonly DeployedCell[],
  gateway: Gateway,
  grafana: Grafana | undefined,
): Record<string, pulumi.Input<string>> {
  const stores = cells.flatMap(({ stores: all }) =>
    Object.values(all).map(({ serviceAccount }) => [serviceAccount, serviceAccount] as const),
  );
  return {
    gateway: gateway.serviceAccount,
    ...Object.fromEntries(stores),
    ...(grafana && { grafana: grafana.serviceAccount }),
  };
}

function grafanaUrl(
  { grafana }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
): pulumi.Input<string> {
  if (!grafana) return "";
  if (grafana.host === undefined) return pulumi.interpolate`http://grafana.${namespace}.svc`;
  return pulumi.interpolate`https://${grafana.host}`;
}

/** What every edge of the inventory has to know. */
function edgeConnections(
  hub: HubModel,
  { gateway, certificates = {}, globalQuery }: HubObservabilityArgs,
): Record<string, EdgeConnection> {
  const signed = pulumi.output(certificates);
  const { host, port = DEFAULT_PORT } = gateway;
  return Object.fromEntries(
    contractEdges(hub).map((edge) => {
      const cell = hub.cells.find(({ name }) => name === edge.cell);
      const backends = cell && backendsOfCell(cell);
      return [
        edge.name,
        connectionOf(edge.name, encodeFacts(edge, backends), {
          gateway: gatewayAddress({ host, port }),
          trustBundle: gateway.serverTrustBundle ?? gateway.clientTrustBundle,
          certificate: signed.apply((known) => known[edge.name] ?? ""),
          queryTrust: edge.query === undefined ? undefined : globalQuery?.trustBundle,
          deduplicates: true,
          backends,
        }),
      ];
    }),
  );
}
