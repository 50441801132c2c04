/**
 * The lab's Pulumi project: the repository's program with stack files, secrets, state and plugins
 * of the lab.
 */
import { prepareProjectFolder } from "./folder.js";
import { preparePlugins } from "./plugins.js";
import { recoverStacks } from "./recovery.js";
import { prepareStacks } from "./stacks.js";
import { writeWrapper } from "./wrapper.js";

export async function prepareProject(
  pulumi: string,
  signal: AbortSignal,
  report: (step: string) => void,
): Promise<void> {
  await prepareProjectFolder();
  await writeWrapper(pulumi);
  report("plugins");
  const plugins = await preparePlugins(signal);
  report("stacks");
  await prepareStacks();
  await recoverStacks();
  report(plugins.map(({ name, origin }) => `${name}: ${origin}`).join(", "));
}
