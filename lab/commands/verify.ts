import { expectLab } from "../host/state-folder.js";
import { runProgram } from "../project/commands.js";

/** The project's own verification, on the lab; its exit code is ours. */
export async function verify(args: string[]): Promise<void> {
  await expectLab();
  process.exitCode = await runProgram(["verify", ...args]);
}
