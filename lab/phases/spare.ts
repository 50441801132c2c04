import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeKubeconfig } from "../clusters/kubeconfig.js";
import { clusterPaths } from "../clusters/paths.js";
import { spare } from "../clusters/topology.js";
import { killGroup, removeGroup } from "../host/cgroups.js";
import { removeNamespace } from "../host/network.js";
import { statePaths } from "../state.js";
import { ensureDebianPackages } from "../toolchain/index.js";
import { bringUpCluster } from "./cluster.js";
import { startContext } from "./context.js";

/** One cluster more, from nothing, for a scenario that needs one that is nobody's yet. */
export async function startSpare(
  signal: AbortSignal,
  report: (step: string) => void,
): Promise<void> {
  await removeSpare();
  const debian = await ensureDebianPackages({ signal, onEvent: () => undefined });
  await bringUpCluster(spare, startContext(signal, debian), report);
  await writeKubeconfig();
}

/** Takes it away again, whatever state it is in. */
export async function removeSpare(): Promise<void> {
  const { processes, logs } = statePaths();
  await killGroup(spare.name);
  await removeNamespace(spare);
  await removeGroup(spare.name);
  for (const folder of [
    clusterPaths(spare).root,
    join(processes, spare.name),
    join(logs, spare.name),
  ])
    await rm(folder, { recursive: true, force: true });
  await writeKubeconfig();
}
