import type { ScenarioContext } from "../context.js";

/** Brings stacks up, and leaves it to the scenario what to prove of them; throws what `up` says where that fails. */
export async function bringUp(lab: ScenarioContext, stacks: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await lab.heliograph(["up", "--yes", "--no-verify", ...stacks]);
  if (code !== 0) throw new Error(`up ${stacks.join(" ")} ended with exit code ${code}:\n${stdout}\n${stderr}`.trim());
}
