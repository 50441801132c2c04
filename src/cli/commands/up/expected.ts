import type { Project } from "../../project";
import { isPlumbing } from "../render/plumbing";

/** Notes in `counts` how many resources each stack will have, so that progress can say how much is left; nothing where that cannot be told. */
export async function countResources(
  project: Project,
  stacks: readonly string[],
  counts: Map<string, number>,
): Promise<void> {
  try {
    const { renderStacks } = await import("../render/render-stack.js");
    for (const { stack, resources } of await renderStacks(project, stacks))
      counts.set(stack, resources.filter(({ type }) => !isPlumbing(type)).length);
  } catch {
    // The engine runs the same program, and says what is wrong with it as a whole.
  }
}
