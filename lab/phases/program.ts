import { setTimeout as pause } from "node:timers/promises";
import { LabError } from "../host/errors.js";
import { captureProgram, runProgram } from "../project/commands.js";

/** Deploys hub and edges, in as many passes as it takes. */
export async function deploy(signal: AbortSignal): Promise<void> {
  const code = await runProgram(["up", "--yes", "--resume"], signal);
  if (code !== 0)
    throw new LabError("The program was not deployed. Clusters and store are up: run the same command again to go on.");
}

/** Data needs a moment to arrive: verification is asked until it is green, for as long as that may take. */
const verifySeconds = 240;

export async function verifyUntilGreen(signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + verifySeconds * 1000;
  for (;;) {
    const { code, stdout, stderr } = await captureProgram(["verify"], signal);
    const late = Date.now() > deadline;
    if (code === 0 || late) console.log(stdout.trimEnd());
    if (code === 0) return;
    if (late)
      throw new LabError(
        `${stderr}\nVerification is not green after ${verifySeconds} s. Ask again: npm run lab -- verify`.trim(),
      );
    await pause(3000, undefined, { signal });
  }
}
