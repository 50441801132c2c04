import type { Project } from "../project";
import { isPlumbing } from "../render/plumbing";

/** How many resources each stack will have, so that progress can say how much is left; empty where that cannot be told. */
export async function expectedResources(project: Project, stacks: readonly string[]): Promise<Map<string, number>> {
  const { renderStacks } = await import("../render/render-stack.js");
  try {
    const rendered = await renderStacks(project, stacks);
    return new Map(
      rendered.map(({ stack, resources }) => [stack, resources.filter(({ type }) => !isPlumbing(type)).length]),
    );
  } catch {
    // The engine runs the same program next, and says what is wrong with it as a whole.
    return new Map();
  }
}
