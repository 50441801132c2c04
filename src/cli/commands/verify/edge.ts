import { kubectl } from "../../cluster/kubectl";
import { gatewayTls, type HubView } from "./hub";
import type { Signal } from "@heliograph/heliograph";
import {
  type Alertmanager,
  CONFIG_HASH_ANNOTATION,
  EDGE_NAMESPACE,
  type EdgeAlertingFacts,
  FLUENT_BIT,
  type HubContractEdge,
  IDENTITY_FILES,
  IDENTITY_SECRET,
  instanceOf,
  NODE_NAMESPACE,
  OTEL_AGENT,
  OTEL_GATEWAY,
  PROMETHEUS_AGENT,
  PROMETHEUS_AGENT_PORT,
  PROMTAIL,
  type RetentionDays,
} from "@heliograph/heliograph/model";
import type { ClusterView, Pod } from "../../cluster/cluster";
import type { Endpoint, Tls } from "../../cluster/http";
import { Failure, NotReached } from "../../ui/failure";
import type { StackBuckets } from "./checks/buckets";
import { memoize } from "../../promises";

/** As PEM. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** One of the agents of an edge. */
export interface Agent {
  /** Its name, and that of its ConfigMap. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** When it was started, or started again. */
  readonly runningSince: Date | undefined;
  /** Versions of its images, by their names. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** One kind of what sends logs and traces. */
export interface Collector {
  readonly name: string;
  /** Of the configuration that was deployed. */
  readonly configHash: string | undefined;
  readonly pods: readonly Pod[];
}

/**
 * An edge of the inventory: what the hub says of it, and its own cluster where this project has its
 * stack.
 */
export interface EdgeView {
  readonly name: string;
  readonly entry: HubContractEdge;
  readonly hub: HubView;
  readonly home: Home | undefined;
  cluster(): Promise<ClusterView>;
  /** Certificate and key as the agent has them: read from the cluster, kept in memory only. */
  identity(): Promise<Identity>;
  /** How the edge presents itself to the gateway. */
  tls(): Promise<Tls>;
  /** What sends logs and traces, as far as it is deployed. */
  collectors(): Promise<readonly Collector[]>;
  /** Agents that are ready; at least one. */
  agents(): Promise<readonly Agent[]>;
}

/** The stack that deploys an edge, and its cluster. */
export interface Home {
  readonly stack: string;
  readonly context: string;
  /** How many agents the edge should have. Defaults to one. */
  readonly agents?: number;
  /** The signals that the edge is configured to send. Defaults to all that its hub takes. */
  readonly sends?: readonly Signal[];
  /** For how long it keeps its metrics, where it does. */
  readonly retentionDays?: RetentionDays;
  /**
   * Its own Alertmanagers, where it tells its alerts by itself. `hub`: whom its hub tells of them.
   */
  alertmanagers?(hub: EdgeAlertingFacts | undefined): Pick<Alertmanager, "replicas"> | undefined;
  /** Its own, where it keeps its metrics in a cloud. */
  readonly buckets?: StackBuckets;
  /** Throws where the kubeconfig does not have the context. */
  cluster(): ClusterView;
}

export function edgeView(
  name: string,
  entry: HubContractEdge,
  hub: HubView,
  home: Home | undefined,
): EdgeView {
  const cluster = memoize(async () => {
    if (home) return home.cluster();
    throw new NotReached(
      "no credentials",
      `no stack of this project is edge ${name}`,
      "Verify it in the project that has its stack file, with the stack file of the hub beside it",
    );
  });
  const identity = memoize(async () => readIdentity(name, home?.stack ?? name, await cluster()));
  return {
    name,
    entry,
    hub,
    home,
    cluster,
    identity,
    agents: memoize(async () => findAgents(name, await cluster())),
    collectors: memoize(async () => findCollectors(await cluster())),
    async tls() {
      const { certificate, privateKey: key } = await identity();
      return { ...gatewayTls(hub), certificate, key };
    },
  };
}

async function readIdentity(name: string, stack: string, cluster: ClusterView): Promise<Identity> {
  const secret = await cluster.secret(EDGE_NAMESPACE, IDENTITY_SECRET);
  const certificate = secret?.[IDENTITY_FILES.certificate];
  const privateKey = secret?.[IDENTITY_FILES.privateKey];
  if (certificate && privateKey) return { certificate, privateKey };
  const where = `Secret ${EDGE_NAMESPACE}/${IDENTITY_SECRET} in cluster ${cluster.context}`;
  throw new Failure(
    `edge ${name} has no ${where}: it has not connected yet`,
    `npm run up -- ${stack}`,
  );
}

async function findAgents(name: string, cluster: ClusterView): Promise<Agent[]> {
  const pods = await cluster.pods(EDGE_NAMESPACE, PROMETHEUS_AGENT);
  const ready = pods.filter((pod) => pod.ready);
  if (ready.length === 0) {
    const stopped = pods.length === 0 ? ": it has none, its agent is stopped" : "";
    throw new Failure(
      `no pod of the agent of edge ${name} is ready${stopped}`,
      kubectl(
        cluster,
        EDGE_NAMESPACE,
        stopped ? "get statefulsets" : "describe pods",
        PROMETHEUS_AGENT,
      ),
    );
  }
  return ready.map(({ name: pod, runningSince, versions = {} }) => ({
    name: instanceOf(pod),
    endpoint: cluster.endpoint({ namespace: EDGE_NAMESPACE, pod, port: PROMETHEUS_AGENT_PORT }),
    runningSince,
    versions,
  }));
}

async function findCollectors(cluster: ClusterView): Promise<Collector[]> {
  const found = COLLECTORS.map(async ({ role, namespace }) => {
    const map = await cluster.configMap(namespace, role.name);
    if (!map) return [];
    const configHash = map.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
    return [{ name: role.name, configHash, pods: await cluster.pods(namespace, role) }];
  });
  return (await Promise.all(found)).flat();
}

export function agentCommand({ home, name }: EdgeView, verb: string): string {
  return kubectl({ context: home?.context ?? name }, EDGE_NAMESPACE, verb, PROMETHEUS_AGENT);
}

/** What may send logs and traces, and where. */
const COLLECTORS = [
  { role: OTEL_AGENT, namespace: NODE_NAMESPACE },
  { role: OTEL_GATEWAY, namespace: EDGE_NAMESPACE },
  { role: PROMTAIL, namespace: NODE_NAMESPACE },
  { role: FLUENT_BIT, namespace: NODE_NAMESPACE },
] as const;

/** A command about one of the collectors, by its name; about those on the nodes where left out. */
export function collectorCommand({ home, name }: EdgeView, verb: string, of?: string): string {
  const own = COLLECTORS.find(({ role }) => role.name === of);
  const { namespace, roles } = own
    ? { namespace: own.namespace, roles: [own.role] }
    : { namespace: NODE_NAMESPACE, roles: [OTEL_AGENT, PROMTAIL, FLUENT_BIT] };
  return kubectl({ context: home?.context ?? name }, namespace, verb, ...roles);
}
