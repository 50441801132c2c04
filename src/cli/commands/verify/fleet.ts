import {
  decodeHub,
  type EdgeAlertingFacts,
  type HubModel,
  SIGNALS,
} from "@heliograph/heliograph/model";
import { explainFailure } from "../../../stacks/contract-failure";
import { edgeAlertmanagers } from "../../../stacks/edge-alerting";
import { Cluster } from "../../cluster/cluster";
import { hubModel } from "../../hub";
import { chooseStacks, type Project, shortName } from "../../project";
import { Failure } from "../../ui/failure";
import { openWorkspaces, type Workspaces } from "../../engine/workspaces";
import type { HubSection } from "../../../config/hub-schema";
import { hasStaticKeys } from "../../../config/bucket-schema";
import { bucketsOf } from "../../../config/stores";
import { edgeView, type EdgeView, type Home } from "./edge";
import { hubView, type HubView } from "./hub";
import { stackBuckets, type StackBuckets } from "./checks/buckets";

/** An edge that has a stack here, but is in the inventory of no hub of the project. */
export interface UnlistedEdge {
  readonly name: string;
  readonly home: Home;
  readonly detail: string;
  readonly next: string;
}

/** A hub as it was deployed, and as its stack file has it. */
export interface ConfiguredHub {
  readonly view: HubView;
  readonly settings: HubSection;
  readonly model: HubModel;
  /** Where some are in a cloud. */
  readonly buckets?: StackBuckets;
}

/** Everything that can be verified. */
export interface Fleet {
  readonly hubs: readonly ConfiguredHub[];
  readonly edges: readonly EdgeView[];
  readonly unlisted: readonly UnlistedEdge[];
}

/**
 * The hubs of the project with the edges of their inventories, as they were deployed.
 *
 * @param named Stacks. Defaults to all.
 */
export async function openFleet(
  project: Project,
  named: readonly string[] = [],
  opened?: Workspaces,
): Promise<Fleet> {
  const workspaces = opened ?? (await openWorkspaces(project));
  const stacks = chooseStacks(project, named);
  const openCluster = clusters(project);
  const homes = new Map(stacks.flatMap((stack) => homeIn(project, stack, openCluster, workspaces)));
  const hubs = await openHubs(project, stacks, openCluster, workspaces);
  const edges = hubs.flatMap(({ view }) =>
    Object.entries(view.contract.edges).map(([name, entry]) =>
      edgeView(name, entry, view, homes.get(name)),
    ),
  );
  const listed = new Set(edges.map(({ name }) => name));
  const unlisted = [...homes].flatMap(([name, home]) =>
    listed.has(name) ? [] : [unlistedEdge(project, name, home)],
  );
  return { hubs, edges, unlisted };
}

function inClouds(
  project: Project,
  stack: string,
  workspaces: Workspaces,
): { buckets?: StackBuckets } {
  const clouds = bucketsOf(project.settings(stack)).some(({ bucket }) => !hasStaticKeys(bucket));
  return clouds ? { buckets: stackBuckets(stack, workspaces) } : {};
}

type OpenCluster = (stack: string) => Cluster;

/** One client for each cluster, however many stacks are in it. */
function clusters(project: Project): OpenCluster {
  const open = new Map<string, Cluster>();
  return (stack) => {
    const { context } = project.settings(stack).cluster;
    const cluster = open.get(context) ?? Cluster.open(context);
    open.set(context, cluster);
    return cluster;
  };
}

function homeIn(
  project: Project,
  stack: string,
  openCluster: OpenCluster,
  workspaces: Workspaces,
): [edge: string, home: Home][] {
  const { hub, edge, cluster } = project.settings(stack);
  if (!edge) return [];
  const { logs, traces, replicas: agents } = edge;
  const sends = SIGNALS.filter(
    (signal) => signal === "metrics" || (signal === "logs" ? logs.enabled : traces.enabled),
  );
  const home = {
    stack,
    context: cluster.context,
    agents,
    sends,
    alertmanagers: (own: EdgeAlertingFacts | undefined) => edgeAlertmanagers(edge, own),
    cluster: () => openCluster(stack),
  };
  const { metrics } = edge;
  const kept = "retentionDaysRaw" in metrics && {
    retentionDays: [
      metrics.retentionDaysRaw,
      metrics.retentionDays5m,
      metrics.retentionDays1h,
    ] as const,
  };
  // The buckets of a hub are looked at with the hub.
  return [[edge.name, { ...home, ...kept, ...(!hub && inClouds(project, stack, workspaces)) }]];
}

async function openHubs(
  project: Project,
  stacks: readonly string[],
  openCluster: OpenCluster,
  workspaces: Workspaces,
): Promise<ConfiguredHub[]> {
  const withHub = stacks.flatMap((stack) => {
    const { hub } = project.settings(stack);
    return hub ? [{ stack, settings: hub, model: hubModel(project, stack, hub) }] : [];
  });
  if (withHub.length === 0)
    throw new Failure(
      `No stack in ${project.folder} has a section heliograph:hub: ` +
        "there is no inventory to verify.",
      "Edges are verified where the stack file of their hub is, beside their own.",
    );
  const states = await workspaces.states(withHub.map(({ stack }) => stack));
  return withHub.map(({ stack, settings, model }) => {
    const contract = decodeHub(states.get(stack)?.outputs["hub"], stack);
    if (!contract.ok) throw new Failure(explainFailure(contract, stack));
    const view = hubView(stack, openCluster(stack), contract.value, model);
    return { view, settings, model, ...inClouds(project, stack, workspaces) };
  });
}

/** Why an edge with a stack is in no inventory, and what to do about it. */
export function unlistedEdge(project: Project, name: string, home: Home): UnlistedEdge {
  const { stack } = home;
  const from = project.settings(stack).edge?.hub?.fromStack;
  if (from === undefined) {
    const next =
      `Name one in Pulumi.${stack}.yaml (heliograph:edge.hub.fromStack), ` +
      `then: npm run up -- ${stack}`;
    return { name, home, detail: "it has no hub", next };
  }
  const hub = shortName(from);
  if (!project.stacks.includes(hub)) {
    const detail = `its hub, ${from}, is not in this project`;
    return { name, home, detail, next: `Verify it in the project that has Pulumi.${hub}.yaml` };
  }
  const next =
    `Add heliograph:hub.edges.${name} to Pulumi.${hub}.yaml, then: npm run up. ` +
    `Or take it down: pulumi destroy --stack ${stack}`;
  return { name, home, detail: `it has a stack, but no entry in the inventory of ${hub}`, next };
}
