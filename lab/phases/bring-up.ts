import { writeKubeconfig } from "../clusters/kubeconfig.js";
import type { Debian } from "../toolchain/index.js";
import { everyProgram } from "./context.js";
import { infrastructureSteps } from "./infrastructure.js";
import { prepareMachine } from "./machine.js";
import { deploy } from "./program.js";
import { type Report, runSteps } from "./steps.js";
import type { Stopwatch } from "./stopwatch.js";

/**
 * How far to go: the programs are built, those of tests too; clusters, store and Pulumi project are
 * there, too; hub and edges are deployed to them.
 */
export type Goal = "programs" | "clusters" | "deployment";

/**
 * Brings the lab up, or what is missing of it. Everything here may be interrupted at any point and
 * run again.
 */
export async function bringUp(goal: Goal, signal: AbortSignal, clock: Stopwatch): Promise<Debian> {
  const debian = await clock.time("packages and kernel", () =>
    prepare(signal, goal === "programs"),
  );
  const [programs, ...others] = infrastructureSteps(
    signal,
    debian,
    goal === "programs" ? everyProgram : undefined,
  );
  if (goal === "programs") {
    await clock.time("programs", () => runSteps([programs], { concurrent: false, signal }));
    return debian;
  }
  const steps = [programs, ...others];
  await clock.time("programs and clusters", () => runSteps(steps, { concurrent: true, signal }));
  await writeKubeconfig();
  if (goal === "deployment") await clock.time("hub and edges", () => deploy(signal));
  return debian;
}

async function prepare(signal: AbortSignal, forTests: boolean): Promise<Debian> {
  let debian: Debian | undefined;
  const run = async (report: Report) => {
    debian = await prepareMachine(signal, report, forTests);
  };
  await runSteps([{ title: "Packages and kernel", run }], { concurrent: false, signal });
  return debian!;
}
