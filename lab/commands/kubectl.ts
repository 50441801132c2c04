import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { clusterNames, isClusterName } from "../clusters/topology.js";
import { LabError } from "../host/errors.js";
import { expectLab } from "../host/state-folder.js";
import { statePaths } from "../state.js";
import { programFolder } from "../toolchain/index.js";

/** kubectl on one of the clusters: all arguments are passed on, and its exit code is ours. */
export async function kubectl(cluster: string, args: string[]): Promise<void> {
  if (!isClusterName(cluster))
    throw new LabError(`There is no cluster ${cluster}. There are: ${clusterNames.join(", ")}`);
  await expectLab();
  const access = [`--kubeconfig=${statePaths().kubeconfig}`, `--context=${cluster}`];
  const child = spawn(join(programFolder("kubernetes"), "kubectl"), [...access, ...args], {
    stdio: "inherit",
  });
  // Ctrl-C on a terminal reaches kubectl as well: it ends itself, and then so do we.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = (await once(child, "close")) as [number | null];
  process.exitCode = code ?? 1;
}
