import {
  type Ask,
  backendOf,
  decodeHub,
  type HubContract,
  type HubModel,
  PrometheusApi,
} from "@heliograph/heliograph/model";
import { Cluster } from "../../../src/cli/cluster/cluster";
import type { Tls } from "../../../src/cli/cluster/http";
import type { WriteTarget } from "../../../src/cli/cluster/remote-write";
import { hubModel } from "../../../src/cli/hub";
import { limitsOfCell } from "../../../src/cli/commands/verify/checks/limits";
import { gatewayComparison } from "../../../src/cli/commands/verify/checks/running-config";
import { openProject } from "../../../src/cli/project";
import { edgeView, type EdgeView } from "../../../src/cli/commands/verify/edge";
import { hubView, type HubView } from "../../../src/cli/commands/verify/hub";
import { type ClusterName, clusterNamed, gatewayName } from "../../clusters/topology.js";
import { until } from "../../host/wait.js";
import type { ScenarioContext } from "../context.js";
import type { LogQueries } from "./lines.js";

/** The one cell of the lab's hub, but where a scenario adds another. */
export const cell = "main";
const gatewayPort = 30443;

/**
 * A changed ConfigMap reaches a pod within kubelet's sync period, and is loaded some seconds later.
 */
const propagationSeconds = 150;

/** What the hub says of itself after its last update. */
export async function hubContract(lab: ScenarioContext): Promise<HubContract> {
  const { code, stdout, stderr } = await lab.pulumi([
    "stack",
    "output",
    "hub",
    "--json",
    "--stack",
    "ops",
  ]);
  if (code !== 0) throw new Error(stderr);
  const decoded = decodeHub(JSON.parse(stdout), "ops");
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.value;
}

/**
 * The hub with its contract as it is now, and its pods as they are when they are first asked for.
 */
export async function openHub(lab: ScenarioContext): Promise<HubView> {
  return hubView("ops", openCluster(lab, "ops"), await hubContract(lab), modelOf(lab));
}

/** The hub as its stack file means it now. */
function modelOf(lab: ScenarioContext): HubModel {
  const project = openProject(lab.env["HELIOGRAPH_PROJECT"]);
  const { hub } = project.settings("ops");
  if (!hub) throw new Error("Pulumi.ops.yaml has no section heliograph:hub.");
  return hubModel(project, "ops", hub);
}

/** The metrics of the hub, and the pages of the pod that is asked. */
export class HubMetrics extends PrometheusApi {
  page(path: string): Promise<string> {
    return this.text(path);
  }
}

/** Mimir as seen from behind the gateway: whoever asks says which tenants. */
export async function openMimir(lab: ScenarioContext): Promise<HubMetrics> {
  const hub = await openHub(lab);
  const { title, datasource } = hub.backend(cell, "metrics");
  return new HubMetrics(title, await hub.ask(cell, "metrics"), datasource.path);
}

/** The gateway as edges reach it: at the node's port. */
export function gatewayTarget(tls: Tls, headers?: Readonly<Record<string, string>>): WriteTarget {
  return {
    host: clusterNamed("ops").address,
    port: gatewayPort,
    tls: { ...tls, serverName: gatewayName },
    headers,
  };
}

/** An edge of the lab as the hub and its own cluster have it. */
export function openEdge(lab: ScenarioContext, hub: HubView, name: ClusterName): EdgeView {
  const entry = hub.contract.edges[name];
  if (!entry) throw new Error(`The hub's inventory has no edge ${name}.`);
  return edgeView(name, entry, hub, {
    stack: name,
    context: name,
    cluster: () => openCluster(lab, name),
  });
}

/** The certificate that the agent of a cluster sends with, and its key. */
export function tlsOf(lab: ScenarioContext, hub: HubView, edge: ClusterName): Promise<Tls> {
  return openEdge(lab, hub, edge).tls();
}

/** Waits until the gateway and the backends of a cell run what the last update gave them. */
export async function hubRunsNewConfig(lab: ScenarioContext, ofCell = cell): Promise<void> {
  const hub = await openHub(lab);
  const wait = {
    what: "The hub's new configuration",
    seconds: propagationSeconds,
    signal: lab.signal,
  };
  // No answer is no reason to give up: a busy machine answers late.
  const behind = () =>
    hubBehind(hub, modelOf(lab), ofCell).catch((error: Error) => [error.message]);
  await until(wait, async () => (await behind()).length === 0);
}

/** Everything of the hub that does not run, in a cell, what the stack file means. */
async function hubBehind(hub: HubView, { cells }: HubModel, ofCell: string): Promise<string[]> {
  const found = cells
    .filter(({ name }) => name === ofCell)
    .map(async (each) => {
      const { differences, notDeployed } = await limitsOfCell(hub, each);
      return [...differences.map(({ line }) => line), ...notDeployed];
    });
  const [gateway, limits] = await Promise.all([gatewayComparison(hub), Promise.all(found)]);
  return [...gateway.behind, ...limits.flat()];
}

/** Loki as seen from behind the gateway. */
export async function openLoki(hub: HubView, ofCell: string): Promise<LogQueries> {
  return backendOf("logs", "loki").reader(await hub.ask(ofCell, "logs")) as LogQueries;
}

/** A page of a pod. */
export async function textOf(ask: Ask, path: string, tenant?: string): Promise<string> {
  const { status, body } = await ask({ path, ...(tenant !== undefined && { tenants: [tenant] }) });
  if (status !== 200) throw new Error(`${path} is answered with ${status}: ${body.slice(0, 200)}`);
  return body;
}

export function openCluster(lab: ScenarioContext, name: ClusterName): Cluster {
  return Cluster.open(name, lab.env["KUBECONFIG"]);
}
