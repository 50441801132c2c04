import type { Verification } from "../../../src/cli/commands/verify/report";
import type { ScenarioContext } from "../context.js";

/**
 * Brings stacks up, and leaves it to the scenario what to prove of them; throws what `up` says
 * where that fails.
 */
export async function bringUp(lab: ScenarioContext, stacks: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await lab.heliograph(["up", "--yes", "--no-verify", ...stacks]);
  if (code !== 0)
    throw new Error(
      `up ${stacks.join(" ")} ended with exit code ${code}:\n${stdout}\n${stderr}`.trim(),
    );
}

const greenSeconds = 240;

/** Pods that have just been made need a while until everything passes. */
export async function checkGreen(lab: ScenarioContext, when: string): Promise<void> {
  const began = performance.now();
  const passed = () => ((performance.now() - began) / 1000).toFixed(0);
  let result = await lab.heliograph(["verify"]);
  while (result.code !== 0 && Number(passed()) < greenSeconds && !lab.signal.aborted)
    result = await lab.heliograph(["verify"]);
  const summary = (result.stdout || result.stderr).trim().split("\n").at(-1);
  lab.check(`verify is green ${when}`, result.code === 0, `${passed()} s; ${summary}`);
}

/**
 * What `verify` says of the hub, by the names of its checks; rules that have just been made are
 * evaluated a minute later.
 */
export async function checkHub(lab: ScenarioContext, names: readonly string[]): Promise<void> {
  const began = Date.now();
  for (;;) {
    const { stdout } = await lab.heliograph(["verify", "ops", "--json"]);
    const { hubs } = JSON.parse(stdout) as Verification;
    const told = hubs.flatMap(({ checks }) => checks);
    const checks = names.map((name) => told.find((check) => check.name === name));
    const good = checks.every((check) => check?.ok === true);
    if (!good && Date.now() - began < greenSeconds * 1000 && !lab.signal.aborted) continue;
    names.forEach((name, index) => {
      lab.check(`verify: ${name} of both cells`, checks[index]?.ok === true, checks[index]?.detail);
    });
    return;
  }
}
