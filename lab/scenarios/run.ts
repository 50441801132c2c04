import { clusters } from "../clusters/topology.js";
import { run, tryRun } from "../host/run.js";
import { unlessAborted } from "../phases/steps.js";
import { captureProgram, labEnvironment } from "../project/commands.js";
import { statePaths } from "../state.js";
import type { Check, Scenario, ScenarioContext } from "./context.js";

interface Cleanup {
  what: string;
  restore: () => Promise<unknown>;
}

/**
 * Runs a scenario to its end and restores what it changed; what goes wrong on the way is a failed
 * check too.
 */
export async function runScenario(
  scenario: Scenario,
  kubectl: string,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks: Check[] = [];
  const cleanups: Cleanup[] = [];
  const note = (name: string, ok: boolean, detail = "") => {
    checks.push({ name, ok, detail });
    console.log(`  ${ok ? "ok" : "FAILED"}: ${name}${detail ? ` (${detail})` : ""}`);
  };
  try {
    await unlessAborted(signal, scenario.run(scenarioContext(kubectl, signal, note, cleanups)));
  } catch (error) {
    note("ran to its end", false, (error as Error).message);
  }
  for (const { what, restore } of cleanups.reverse()) {
    await restore().catch((error: Error) => note(`cleanup: ${what}`, false, error.message));
  }
  return checks;
}

function scenarioContext(
  kubectl: string,
  signal: AbortSignal,
  check: ScenarioContext["check"],
  cleanups: Cleanup[],
): ScenarioContext {
  const env = labEnvironment();
  // Cleanups use these too, after an interruption: none of them listens to the signal.
  const context: ScenarioContext = {
    clusters,
    signal,
    env,
    kubectl: (cluster, args, { input } = {}) =>
      run(kubectl, [`--context=${cluster}`, ...args], { env, input }),
    heliograph: (args) => captureProgram(args),
    pulumi: (args) =>
      tryRun("pulumi", [...args, "--non-interactive"], { env, cwd: statePaths().project }),
    log: (text) => console.log(`  ${text}`),
    check,
    onCleanup: (what, restore) => void cleanups.push({ what, restore }),
    apply: async (cluster, objects) => {
      const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
      const remove = ["delete", "--ignore-not-found", "--wait", "--timeout=120s", "--filename=-"];
      context.onCleanup(`objects in ${cluster}`, () =>
        context.kubectl(cluster, remove, { input: list }),
      );
      await context.kubectl(cluster, ["apply", "--server-side", "--filename=-"], { input: list });
    },
  };
  return context;
}
