import { clusterNames } from "../clusters/topology.js";
import { runPulumi } from "./stacks.js";

/** The part read of what `pulumi stack export` prints; the rest is given back as it was. */
interface Exported {
  deployment: { pending_operations?: unknown[] };
}

/**
 * Clears what killed updates left in the states of the lab's own stacks: locks, and operations of
 * which the engine does not know the end. Nobody else updates these stacks, and no update of ours
 * is alive when this runs. A resource that was being created is created again, which for Kubernetes
 * objects means applied once more.
 */
export async function recoverStacks(): Promise<void> {
  await Promise.all(clusterNames.map(recover));
}

async function recover(stack: string): Promise<void> {
  const repaired = withoutPending(await runPulumi(["stack", "export", "--stack", stack]));
  if (repaired === undefined) return;
  await runPulumi(["cancel", "--yes", "--stack", stack]);
  await runPulumi(["stack", "import", "--stack", stack], repaired);
}

/** The state without pending operations; undefined where it has none. */
export function withoutPending(exported: string): string | undefined {
  const state = JSON.parse(exported) as Exported;
  if ((state.deployment.pending_operations ?? []).length === 0) return undefined;
  return JSON.stringify({ ...state, deployment: { ...state.deployment, pending_operations: [] } });
}
