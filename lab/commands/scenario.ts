import { join } from "node:path";
import { LabError } from "../host/errors.js";
import { beginSession } from "../host/session.js";
import { bringUp } from "../phases/bring-up.js";
import { Stopwatch } from "../phases/stopwatch.js";
import type { Check, Scenario } from "../scenarios/context.js";
import { scenarios } from "../scenarios/index.js";
import { runScenario } from "../scenarios/run.js";
import { tableText } from "../table.js";
import { programFolder } from "../toolchain/index.js";

/** Lists scenarios, or runs some of them, or all. */
export async function scenario(names: readonly string[]): Promise<void> {
  if (names.length === 0) return list();
  const chosen = names.flatMap(choose);
  const signal = await beginSession(`scenario ${names.join(" ")}`);
  const clock = new Stopwatch();
  await bringUp(chosen.some(({ needs }) => needs === "deployment") ? "deployment" : "clusters", signal, clock);
  const kubectl = join(programFolder("kubernetes"), "kubectl");
  const results: Result[] = [];
  for (const scenario of chosen) {
    console.log(`\n${scenario.name}: ${scenario.summary}`);
    const checks = await clock.time(scenario.name, () => runScenario(scenario, kubectl, signal));
    results.push({ scenario, checks });
    signal.throwIfAborted();
  }
  console.log(`\n${resultTable(results)}\n\n${clock.table()}`);
  const failed = failedChecks(results);
  if (failed.length > 0) throw new LabError(`Failed:\n${failed.join("\n")}`);
}

function list(): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, summary } of scenarios) console.log(`${name.padEnd(width)}  ${summary}`);
  console.log(`\nRun one with: npm run lab -- scenario <name...>, or all of them with: scenario all`);
}

function choose(name: string): readonly Scenario[] {
  if (name === "all") return scenarios;
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found)
    throw new LabError(`There is no scenario ${name}. There are: ${scenarios.map(({ name }) => name).join(", ")}`);
  return [found];
}

interface Result {
  scenario: Scenario;
  checks: Check[];
}

function failedChecks(results: readonly Result[]): string[] {
  return results.flatMap(({ scenario, checks }) =>
    checks.filter(({ ok }) => !ok).map(({ name, detail }) => `  ${scenario.name}: ${name}${detail && ` (${detail})`}`),
  );
}

function resultTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, checks }) =>
    checks.map(({ name, ok, detail }) => [scenario.name, name, ok ? "ok" : "FAILED", detail]),
  );
  return tableText(["scenario", "check", "result", "detail"], rows);
}
