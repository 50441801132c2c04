import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { killGroup, removeGroup, signalProcess } from "../host/cgroups.js";
import { LabError } from "../host/errors.js";
import {
  describeLeftovers,
  findLeftovers,
  labMounts,
  removeEmptyNamespaceFolder,
} from "../host/leftovers.js";
import { lockHolder, takeLock } from "../host/lock.js";
import { removeNetwork } from "../host/network.js";
import { refuseOtherLab } from "../host/ownership.js";
import { checkMachine } from "../host/preflight.js";
import { run } from "../host/run.js";
import { removeStateFolder } from "../host/state-folder.js";
import { until } from "../host/wait.js";
import { cacheFolder } from "../state.js";

export interface DownOptions {
  /** Remove the cache of built programs too. */
  purge?: boolean;
}

/**
 * Removes the lab from this machine, whatever state it is in: nothing here asks the lab's own
 * records what there is. Processes go first, because what they hold cannot be removed, and folders
 * last.
 */
export async function down(options: DownOptions): Promise<void> {
  await checkMachine();
  await refuseOtherLab();
  await endRunningCommand();
  await takeLock("down");

  await killGroup();
  await removeNetwork();
  await removeEmptyNamespaceFolder();
  await removeGroup();
  for (const mount of await labMounts()) await run("umount", [mount]);
  await removeStateFolder();
  if (options.purge) await removeCache();

  const left = describeLeftovers(await findLeftovers());
  if (left.length > 0)
    throw new LabError(["Still there:", ...left.map((line) => `  ${line}`)].join("\n"));
  console.log(
    "The lab is down: no process, namespace, device, mount, firewall rule, control group or folder of it is left.",
  );
  if (!options.purge)
    console.log(`Built programs stay in ${cacheFolder()} (\`down --purge\` removes them).`);
}

async function removeCache(): Promise<void> {
  for (const name of ["programs", "debian", "images"])
    await rm(join(cacheFolder(), name), { recursive: true, force: true });
  // Somebody may keep something else in it.
  await rmdir(cacheFolder()).catch(() => undefined);
}

/** It is asked first: what is on the terminal then ends in order. */
async function endRunningCommand(): Promise<void> {
  const holder = await lockHolder();
  if (!holder) return;
  console.log(`Ending \`lab ${holder.command}\` (process ${holder.pid}).`);
  const gone = async () => !(await lockHolder());
  signalProcess(holder.pid, "SIGTERM");
  await until({ what: "end", seconds: 10 }, gone).catch(() => signalProcess(holder.pid, "SIGKILL"));
  await until({ what: `the end of process ${holder.pid}`, seconds: 10 }, gone);
}
