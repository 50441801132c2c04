import { ensureBridge } from "../host/network.js";
import { checkKernel } from "../host/preflight.js";
import { ensureStateFolder } from "../host/state-folder.js";
import { type Debian, ensureDebianPackages } from "../toolchain/index.js";

/** Everything that must hold before the first build starts: it would be a pity to find out an hour later. */
export async function prepareMachine(signal: AbortSignal, report: (step: string) => void): Promise<Debian> {
  const debian = await ensureDebianPackages({ signal, onEvent: report });
  report("kernel");
  await checkKernel();
  await ensureBridge();
  await ensureStateFolder();
  return debian;
}
