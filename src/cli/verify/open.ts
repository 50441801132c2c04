import { decodeHub } from "../../../components/contract/hub";
import { Cluster } from "../clients/cluster";
import type { Project } from "../project";
import { Failure } from "../ui/failure";
import { openWorkspaces } from "../workspace/workspaces";
import { EdgeView, HubView } from "./fleet";

export interface Fleet {
  readonly edges: readonly EdgeView[];
  /** Edges that have a stack here, but no entry in their hub's inventory. */
  readonly unlisted: readonly { readonly edge: string; readonly hubStack: string }[];
  close(): void;
}

/** Everything that can be verified: the edges of each hub of the project, as the hub's own output has them. */
export async function openFleet(project: Project): Promise<Fleet> {
  const clusters = new Map<string, Cluster>();
  const clusterOf = (stack: string): Cluster => {
    const { context } = project.settings(stack).cluster;
    const cluster = clusters.get(context) ?? Cluster.open(context);
    clusters.set(context, cluster);
    return cluster;
  };
  const edgeStacks = new Map(project.stacks.flatMap((stack) => edgeEntry(project, stack)));
  const hubs = await openHubs(project, clusterOf);
  const edges = hubs.flatMap((hub) =>
    Object.entries(hub.contract.edges).map(([name, entry]) => {
      const stack = edgeStacks.get(name);
      return new EdgeView(name, entry, hub, stack === undefined ? undefined : clusterOf(stack));
    }),
  );
  const listed = new Set(edges.map(({ name }) => name));
  const unlisted = [...edgeStacks.keys()].filter((edge) => !listed.has(edge));
  return {
    edges,
    unlisted: unlisted.map((edge) => ({ edge, hubStack: hubs[0]?.stack ?? "ops" })),
    close: () => clusters.forEach((cluster) => cluster.close()),
  };
}

function edgeEntry(project: Project, stack: string): [edge: string, stack: string][] {
  const { edge } = project.settings(stack);
  return edge ? [[edge.name, stack]] : [];
}

async function openHubs(project: Project, clusterOf: (stack: string) => Cluster): Promise<HubView[]> {
  const stacks = project.stacks.filter((stack) => project.settings(stack).hub);
  if (stacks.length === 0)
    throw new Failure(`No stack in ${project.folder} has a section heliograph:hub: there is no inventory to verify.`);
  const workspaces = await openWorkspaces(project);
  return Promise.all(
    stacks.map(async (stack) => {
      const decoded = decodeHub((await workspaces.state(stack))?.outputs["hub"], stack);
      if (!decoded.ok) throw new Failure(decoded.message);
      return new HubView(stack, clusterOf(stack), decoded.value);
    }),
  );
}
