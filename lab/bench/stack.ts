import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, tryRun } from "../host/run.js";
import type { ScenarioContext } from "../scenarios/context.js";
import { statePaths } from "../state.js";

/**
 * A stack that is previewed and never brought up; it is gone in the end, with its file and its
 * passphrase.
 */
export async function addStack(
  lab: ScenarioContext,
  name: string,
  folder = statePaths().project,
): Promise<void> {
  const options = { env: { ...lab.env, PULUMI_OPTION_CWD: folder } };
  const passphrase = join(statePaths().passphrases, name);
  const remove = async () => {
    await tryRun("pulumi", ["stack", "rm", name, "--yes", "--force", "--non-interactive"], options);
    await rm(passphrase, { force: true });
    await rm(join(folder, `Pulumi.${name}.yaml`), { force: true });
  };
  // Also before: what an interrupted run has left would be in the way.
  await remove();
  lab.onCleanup(`stack ${name} is gone`, remove);
  await writeFile(passphrase, randomBytes(16).toString("hex"), { mode: 0o600 });
  await run(
    "pulumi",
    ["stack", "init", "--no-select", "--stack", name, "--non-interactive"],
    options,
  );
}
