import type { Signal } from "@heliograph/heliograph";
import {
  type Answer,
  answeringRoles,
  type Architecture,
  type Ask,
  type Backend,
  backendOf,
  deployedEndpoints,
  type DeployedEndpoints,
  ENDPOINTS_FILE,
  GATEWAY,
  GATEWAY_PORT,
  GATEWAY_STATUS_PORT,
  GLOBAL_QUERY,
  GLOBAL_QUERY_PORT,
  HUB_NAMESPACE,
  type HubContract,
  type HubContractEdge,
  type HubModel,
  type LogsReader,
  type MetricsReader,
  microservicesRole,
  optionDefaults,
  type Readers,
  type Role,
  singleRole,
  type TracesReader,
} from "@heliograph/heliograph/model";
import { askAt } from "../../cluster/ask";
import type { ClusterView } from "../../cluster/cluster";
import { GlobalQuery } from "../../cluster/global-query";
import type { Endpoint, Tls } from "../../cluster/http";
import { keptOpen } from "../../cluster/kept-connections";
import { kubectl, readyPods } from "../../cluster/kubectl";
import { memoize, memoizeByKey } from "../../promises";
import { Failure } from "../../ui/failure";

export interface GatewayPod {
  readonly pod: string;
  /** Where edges write. */
  readonly write: Endpoint;
  /** Where it shows its running configuration. */
  readonly status: Endpoint;
  /** Versions of its images, by their names. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** A pod of a backend. */
interface BackendPod {
  readonly pod: string;
  readonly ask: Ask;
}

/** A hub as verification sees it. What several checks ask for is fetched once. */
export interface HubView {
  readonly stack: string;
  readonly cluster: ClusterView;
  /** The hub as it is deployed. */
  readonly contract: HubContract;
  /** Every tenant and every cell of the inventory, also those without an edge. */
  readonly tenants: readonly string[];
  readonly cells: readonly string[];
  /** Pods of the gateway that are ready; at least one. */
  gateways(): Promise<readonly GatewayPod[]>;
  /** The backend that stores a signal of a cell. */
  backend<S extends Signal>(cell: string, signal: S): Backend<S>;
  architecture(cell: string, signal: Signal): Architecture;
  /**
   * A pod of a backend that answers queries of one tenant (the default) or of several at once,
   * takes writes, or evaluates rules.
   */
  ask(cell: string, signal: Signal, what?: Answer): Promise<Ask>;
  /** Readers over such a pod. */
  metrics(cell: string, what?: Answer): Promise<MetricsReader>;
  logs(cell: string): Promise<LogsReader>;
  traces(cell: string): Promise<TracesReader>;
  /**
   * Every ready pod of the backend that runs one of these microservice components, by component.
   * As one process, that process runs them all. At least one pod of each.
   */
  pods(cell: string, signal: Signal, components: readonly string[]): Promise<readonly BackendPod[]>;
  /** Whether edges of a cell may send a signal. */
  stores(cell: string, signal: Signal): boolean;
  /** The hub's global query, where it has one. */
  globalQuery(): Promise<GlobalQueryFound>;
  /** Tenants that have edges in a cell: a query over them is a query over the cell. */
  tenantsOf(cell: string): string[];
}

/**
 * @param model The hub as its stack file means it. Left out: nothing is known beside what is
 * deployed.
 */
export function hubView(
  stack: string,
  cluster: ClusterView,
  contract: HubContract,
  model?: HubModel,
): HubView {
  const edges = Object.values(contract.edges);
  const backends = new Backends(cluster, contract, model);
  const reader =
    <S extends Signal>(signal: S) =>
    async (cell: string, what?: Answer): Promise<Readers[S]> =>
      backends.of(cell, signal).reader(await backends.ask(cell, signal, what));
  return {
    stack,
    cluster,
    contract,
    tenants: unique([
      ...(model?.tenants.map(({ id }) => id) ?? []),
      ...edges.map(({ tenant }) => tenant),
    ]),
    cells: unique([
      ...(model?.cells.map(({ name }) => name) ?? []),
      ...edges.map(({ cell }) => cell),
    ]),
    gateways: memoize(() => findGateways(cluster)),
    backend: (cell, signal) => backends.of(cell, signal),
    architecture: (cell, signal) => backends.architecture(cell, signal),
    ask: (cell, signal, what) => backends.ask(cell, signal, what),
    metrics: reader("metrics"),
    logs: reader("logs"),
    traces: reader("traces"),
    pods: (cell, signal, components) => backends.pods(cell, signal, components),
    globalQuery: memoize(() => findGlobalQuery(stack, cluster)),
    stores: (cell, signal) =>
      edges.some((edge) => edge.cell === cell && signalsOf(edge).includes(signal)),
    tenantsOf: (cell) => unique(edges.flatMap((edge) => (edge.cell === cell ? [edge.tenant] : []))),
  };
}

/** The backends of a hub's cells, and their pods. Each pod is looked for once. */
class Backends {
  private readonly found: (key: string) => Promise<Ask>;

  constructor(
    private readonly cluster: ClusterView,
    private readonly contract: HubContract,
    private readonly model: HubModel | undefined,
  ) {
    this.found = memoizeByKey((key) => {
      const [cell, signal, what] = key.split(" ") as [string, Signal, Answer];
      return this.find(cell, signal, what);
    });
  }

  /** As deployed: the stack file may name another one by now. */
  of<S extends Signal>(cell: string, signal: S): Backend<S> {
    const { metricsBackends, backends } = this.contract;
    return backendOf(
      signal,
      signal === "metrics"
        ? metricsBackends?.[cell]
        : backends?.[cell]?.[signal as Exclude<Signal, "metrics">],
    );
  }

  architecture(cell: string, signal: Signal): Architecture {
    const backend = this.of(cell, signal);
    const store = this.store(cell, signal);
    const options = store?.backend === backend ? store.options : optionDefaults(backend);
    return backend.architecture(options);
  }

  ask(cell: string, signal: Signal, what: Answer = "reads"): Promise<Ask> {
    const { answers } = this.architecture(cell, signal);
    const who = what === "allReads" && !answers.allReads ? "reads" : what;
    return this.found(`${cell} ${signal} ${who}`);
  }

  async pods(cell: string, signal: Signal, components: readonly string[]): Promise<BackendPod[]> {
    const architecture = this.architecture(cell, signal);
    const { name, title } = architecture;
    const own = components.filter((component) => architecture.components.includes(component));
    // While the topology changes, both are there.
    const [microservices, single] = await Promise.all([
      this.cluster.pods(HUB_NAMESPACE, microservicesRole(name, cell)),
      this.ready(architecture, singleRole(name, cell)),
    ]);
    if (microservices.length === 0 && single.length > 0) return single;
    const found = await Promise.all(
      own.map(async (component) => {
        const role = microservicesRole(name, cell, component);
        const pods = await this.ready(architecture, role);
        if (pods.length > 0) return pods;
        throw noPod(this.cluster, `${component} of ${title} of cell ${cell}`, role);
      }),
    );
    return [...single, ...found.flat()];
  }

  private async ready(architecture: Architecture, role: Role): Promise<BackendPod[]> {
    const pods = await this.cluster.pods(HUB_NAMESPACE, role);
    return pods.flatMap(({ name, ready }) => (ready ? [this.podAt(architecture, name)] : []));
  }

  private async find(cell: string, signal: Signal, what: Answer): Promise<Ask> {
    const architecture = this.architecture(cell, signal);
    const [{ name }] = await readyPods(
      this.cluster,
      HUB_NAMESPACE,
      `pod of ${architecture.title} of cell ${cell}`,
      // Whichever topology is there: who asks need not know.
      ...answeringRoles(architecture, what, cell),
    );
    return this.podAt(architecture, name).ask;
  }

  private podAt({ httpPort: port }: Architecture, pod: string): BackendPod {
    const endpoint = this.cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port });
    return { pod, ask: askAt(keptOpen(endpoint)) };
  }

  private store(cell: string, signal: Signal) {
    return this.model?.cells.find(({ name }) => name === cell)?.stores[signal];
  }
}

function noPod(cluster: ClusterView, what: string, role: Role): Failure {
  return new Failure(`no ${what} is ready`, kubectl(cluster, HUB_NAMESPACE, "describe pods", role));
}

async function findGateways(cluster: ClusterView): Promise<GatewayPod[]> {
  const ready = await readyPods(cluster, HUB_NAMESPACE, "pod of the gateway", GATEWAY);
  return ready.map(({ name: pod, versions = {} }) => ({
    pod,
    versions,
    write: cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: GATEWAY_PORT }),
    status: cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: GATEWAY_STATUS_PORT }),
  }));
}

/** Signals that an edge may send: hubs that do not say take metrics alone. */
export function signalsOf({
  signals = ["metrics"],
}: Pick<HubContractEdge, "signals">): readonly Signal[] {
  return signals;
}

/** How anybody meets the gateway: knowing whom to expect, and showing nothing. */
export function gatewayTls({ contract: { gateway, trustBundle } }: HubView): Tls {
  return { serverName: gateway.serverName, trust: trustBundle };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** The hub's one query, and the cells and edges that it asks. */
interface GlobalQueryFound {
  readonly query: GlobalQuery;
  readonly endpoints: DeployedEndpoints;
}

async function findGlobalQuery(stack: string, cluster: ClusterView): Promise<GlobalQueryFound> {
  const [map, endpoint] = await Promise.all([
    cluster.configMap(HUB_NAMESPACE, GLOBAL_QUERY.name),
    cluster.service(HUB_NAMESPACE, GLOBAL_QUERY.name, GLOBAL_QUERY_PORT),
  ]);
  const text = map?.data?.[ENDPOINTS_FILE];
  if (text === undefined)
    throw new Failure(
      `there is no ConfigMap ${HUB_NAMESPACE}/${GLOBAL_QUERY.name}`,
      `npm run up -- ${stack}`,
    );
  return { query: new GlobalQuery(askAt(keptOpen(endpoint))), endpoints: deployedEndpoints(text) };
}

export function gatewayCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GATEWAY);
}

export function globalQueryCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GLOBAL_QUERY);
}

/** A command about the pods of a backend that answer. */
export function backendCommand(
  hub: HubView,
  cell: string,
  signal: Signal,
  verb: string,
  what: Answer = "reads",
): string {
  const roles = answeringRoles(hub.architecture(cell, signal), what, cell);
  return kubectl(hub.cluster, HUB_NAMESPACE, verb, ...roles);
}
