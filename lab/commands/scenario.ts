import { join } from "node:path";
import { plural } from "../../src/cli/ui/text";
import { reclaimVolumes } from "../addons/volumes.js";
import { clusters } from "../clusters/topology.js";
import { LabError } from "../host/errors.js";
import { beginSession } from "../host/session.js";
import { bringUp } from "../phases/bring-up.js";
import { Stopwatch } from "../phases/stopwatch.js";
import type { Check, Scenario } from "../scenarios/context.js";
import { scenarios } from "../scenarios/index.js";
import { runScenario } from "../scenarios/run.js";
import { programFolder } from "../toolchain/index.js";

export interface ScenarioOptions {
  /** Do not bring hub and edges up first. */
  asIs?: boolean;
}

/** Lists scenarios, or runs some of them, or all. */
export async function scenario(
  names: readonly string[],
  { asIs = false }: ScenarioOptions,
): Promise<void> {
  if (names.length === 0) return list();
  const chosen = names.flatMap(choose);
  const signal = await beginSession(`scenario ${names.join(" ")}`);
  const clock = new Stopwatch();
  const deploys = !asIs && chosen.some(({ needs }) => needs === "deployment");
  await bringUp(deploys ? "deployment" : "clusters", signal, clock);
  const kubectl = join(programFolder("kubernetes"), "kubectl");
  const results: Result[] = [];
  for (const scenario of chosen) {
    console.log(`\n${scenario.name}: ${scenario.summary}`);
    // Those that the scenarios before it have left: there are not enough for all of them.
    for (const cluster of clusters) await reclaimVolumes(cluster);
    const checks = await clock.time(
      scenario.name,
      () => runScenario(scenario, kubectl, signal),
      outcomeOf,
    );
    results.push({ scenario, checks });
    signal.throwIfAborted();
  }
  console.log(`\n${clock.table()}`);
  const failed = failedChecks(results);
  if (failed.length > 0) throw new LabError(`Failed:\n${failed.join("\n")}`);
}

function list(): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, summary } of scenarios) console.log(`${name.padEnd(width)}  ${summary}`);
  console.log(
    `\nRun one with: npm run lab -- scenario <name...>, or all of them with: scenario all`,
  );
}

function choose(name: string): readonly Scenario[] {
  if (name === "all") return scenarios;
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found)
    throw new LabError(
      `There is no scenario ${name}. There are: ${scenarios.map(({ name }) => name).join(", ")}`,
    );
  return [found];
}

interface Result {
  scenario: Scenario;
  checks: Check[];
}

function failedChecks(results: readonly Result[]): string[] {
  return results.flatMap(({ scenario, checks }) =>
    checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => `  ${scenario.name}: ${name}${detail && ` (${detail})`}`),
  );
}

function outcomeOf(checks: readonly Check[]): string {
  const failed = checks.filter(({ ok }) => !ok).length;
  return failed === 0
    ? plural(checks.length, "check")
    : `${failed} of ${plural(checks.length, "check")} failed`;
}
