import { setTimeout as pause } from "node:timers/promises";
import { LabError } from "../host/errors.js";
import type { RunResult } from "../host/run.js";
import { captureProgram, runProgram } from "../project/commands.js";
import { type Report, runSteps } from "./steps.js";

/**
 * Deploys hub and edges, in as many passes as it takes. What is deployed is verified in the end,
 * all of it, and with more patience than gates have.
 */
export async function deploy(signal: AbortSignal): Promise<void> {
  const code = await runProgram(["up", "--yes", "--resume", "--no-verify"], signal);
  if (code !== 0)
    throw new LabError(
      "The program was not deployed. Clusters and store are up: run the same command again to go on.",
    );
}

/**
 * Data needs a moment to arrive: verification is asked until it is green, for as long as that may
 * take.
 */
const verifySeconds = 240;

export async function verifyUntilGreen(signal: AbortSignal): Promise<void> {
  let last: RunResult | undefined;
  const run = async (report: Report) => {
    report("the first samples are on their way");
    last = await askUntilGreen(signal);
  };
  await runSteps([{ title: "Verification", run }], { concurrent: false, signal });
  console.log(`\n${last!.stdout.trimEnd()}`);
  if (last!.code === 0) return;
  const after = `Verification is not green after ${verifySeconds} s. Ask again: npm run lab -- verify`;
  throw new LabError(`${last!.stderr}\n${after}`.trim());
}

async function askUntilGreen(signal: AbortSignal): Promise<RunResult> {
  const deadline = Date.now() + verifySeconds * 1000;
  for (;;) {
    const result = await captureProgram(["verify"], signal);
    if (result.code === 0 || Date.now() > deadline) return result;
    await pause(3000, undefined, { signal });
  }
}
