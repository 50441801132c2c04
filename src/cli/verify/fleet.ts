import type { HubContract, HubContractEdge } from "../../../components/contract/hub";
import {
  GATEWAY,
  GATEWAY_PORT,
  GATEWAY_STATUS_PORT,
  IDENTITY_FILES,
  MIMIR_HTTP_PORT,
  mimirRole,
  PROMETHEUS_AGENT,
  PROMETHEUS_AGENT_PORT,
} from "../../../components/in-force";
import { Cluster } from "../clients/cluster";
import type { Tls } from "../clients/http";
import { Mimir } from "../clients/mimir";
import { Undecided } from "./check";

export const HUB_NAMESPACE = "heliograph-hub";
export const EDGE_NAMESPACE = "heliograph";
const IDENTITY_SECRET = "edge-identity";

/** Ports on loopback that lead to one pod of the gateway. */
export interface GatewayPod {
  readonly pod: string;
  readonly write: number;
  readonly status: number;
}

/** A hub as verification sees it; what several edges ask for is fetched once. */
export class HubView {
  private readonly mimirs = new Map<string, Promise<Mimir>>();
  private pods?: Promise<GatewayPod[]>;

  constructor(
    readonly stack: string,
    readonly cluster: Cluster,
    readonly contract: HubContract,
  ) {}

  /** Tenants that have edges in a cell: a query over them is a query over the cell. */
  tenantsOf(cell: string): string[] {
    const entries = Object.values(this.contract.edges).filter((edge) => edge.cell === cell);
    return [...new Set(entries.map(({ tenant }) => tenant))].sort();
  }

  mimir(cell: string): Promise<Mimir> {
    const known = this.mimirs.get(cell) ?? this.openMimir(cell);
    this.mimirs.set(cell, known);
    return known;
  }

  gateways(): Promise<GatewayPod[]> {
    this.pods ??= this.openGateways();
    return this.pods;
  }

  private async openMimir(cell: string): Promise<Mimir> {
    const [pod] = await this.cluster.readyPods(HUB_NAMESPACE, mimirRole(cell));
    if (!pod) throw notReady(this.cluster, HUB_NAMESPACE, `Mimir of cell ${cell}`);
    return new Mimir(await this.cluster.forward(HUB_NAMESPACE, pod, MIMIR_HTTP_PORT));
  }

  private async openGateways(): Promise<GatewayPod[]> {
    const pods = await this.cluster.readyPods(HUB_NAMESPACE, GATEWAY);
    if (pods.length === 0) throw notReady(this.cluster, HUB_NAMESPACE, "the gateway");
    const open = (pod: string, port: number) => this.cluster.forward(HUB_NAMESPACE, pod, port);
    return Promise.all(
      pods.map(async (pod) => ({
        pod,
        write: await open(pod, GATEWAY_PORT),
        status: await open(pod, GATEWAY_STATUS_PORT),
      })),
    );
  }
}

export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** An edge of the inventory: what the hub says of it, and its own cluster where this project has its stack. */
export class EdgeView {
  private secret?: Promise<Identity>;
  private agentPort?: Promise<number>;

  constructor(
    readonly name: string,
    readonly entry: HubContractEdge,
    readonly hub: HubView,
    private readonly ownCluster: Cluster | undefined,
  ) {}

  get cluster(): Cluster {
    if (this.ownCluster) return this.ownCluster;
    throw new Undecided(
      `no stack of this project is edge ${this.name}`,
      `Verify it where its stack file is: Pulumi.${this.name}.yaml`,
    );
  }

  /** Certificate and key as the agent has them: read from the cluster, kept in memory only. */
  identity(): Promise<Identity> {
    this.secret ??= this.readIdentity();
    return this.secret;
  }

  async tls(): Promise<Tls> {
    const { certificate, privateKey: key } = await this.identity();
    const { gateway, trustBundle } = this.hub.contract;
    return { serverName: gateway.serverName, trust: trustBundle, certificate, key };
  }

  mimir(): Promise<Mimir> {
    return this.hub.mimir(this.entry.cell);
  }

  /** Port on loopback that leads to the agent. */
  agent(): Promise<number> {
    this.agentPort ??= this.openAgent();
    return this.agentPort;
  }

  private async readIdentity(): Promise<Identity> {
    const secret = await this.cluster.secret(EDGE_NAMESPACE, IDENTITY_SECRET);
    const certificate = secret?.[IDENTITY_FILES.certificate];
    const privateKey = secret?.[IDENTITY_FILES.privateKey];
    if (certificate && privateKey) return { certificate, privateKey };
    throw new Undecided(
      `edge ${this.name} has no Secret ${EDGE_NAMESPACE}/${IDENTITY_SECRET}`,
      `npm run up ${this.name}`,
    );
  }

  private async openAgent(): Promise<number> {
    const [pod] = await this.cluster.readyPods(EDGE_NAMESPACE, PROMETHEUS_AGENT);
    if (!pod) throw notReady(this.cluster, EDGE_NAMESPACE, `the agent of edge ${this.name}`);
    return this.cluster.forward(EDGE_NAMESPACE, pod, PROMETHEUS_AGENT_PORT);
  }
}

function notReady({ context }: Cluster, namespace: string, what: string): Undecided {
  return new Undecided(
    `no pod of ${what} is ready`,
    `kubectl --context ${context} --namespace ${namespace} get pods,events`,
  );
}
