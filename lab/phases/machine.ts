import { exists } from "../host/files.js";
import { ensureBridge } from "../host/network.js";
import { checkKernel } from "../host/preflight.js";
import { ensureStateFolder } from "../host/state-folder.js";
import { statePaths } from "../state.js";
import { refuseShortDisk } from "../toolchain/disk.js";
import { type Debian, ensureDebianPackages } from "../toolchain/index.js";

/**
 * Everything that must hold before the first build starts: it would be a pity to find out an hour
 * later.
 */
export async function prepareMachine(
  signal: AbortSignal,
  report: (step: string) => void,
  forTests = false,
): Promise<Debian> {
  const { root, clusters } = statePaths();
  await ensureStateFolder();
  if (!(await exists(clusters)))
    refuseShortDisk({
      what: "The lab (four clusters with their images)",
      gigabytes: 6,
      folders: [root],
    });
  const debian = await ensureDebianPackages({ signal, onEvent: report, forTests });
  report("kernel");
  await checkKernel(root);
  await ensureBridge();
  return debian;
}
