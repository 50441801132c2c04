import { type HubModel, resolveHub } from "@heliograph/heliograph/model";
import type { HubSection } from "../config/hub-schema";
import { chooseStacks, type Project } from "./project";
import { Failure } from "./ui/failure";

/** A hub as its stack file means it. */
export interface Hub {
  readonly stack: string;
  readonly section: HubSection;
  readonly model: HubModel;
  /** Context of the cluster that it is in. */
  readonly context: string;
}

/** The edge of the same stack watches it. */
export function hubModel(project: Project, stack: string, hub: HubSection): HubModel {
  return resolveHub({ ...hub, watchedBy: project.settings(stack).edge?.name });
}

/**
 * The hub that a command is about.
 *
 * @param named Its stack. May be left out where the project has one hub.
 */
export function chooseHub(project: Project, named?: string): Hub {
  const stacks = chooseStacks(project, named === undefined ? [] : [named]);
  const withHub = stacks.filter((stack) => project.settings(stack).hub !== undefined);
  const [stack, ...others] = withHub;
  if (stack === undefined)
    throw new Failure(
      named === undefined
        ? `No stack in ${project.folder} has a section heliograph:hub.`
        : `Stack ${named} has no section heliograph:hub: it is an edge.`,
      "HELIOGRAPH_PROJECT names another folder, --stack another stack.",
    );
  if (others.length > 0)
    throw new Failure(
      `There are several hubs: ${withHub.join(", ")}.`,
      `Name the stack of one: --stack ${stack}`,
    );
  const { hub, cluster } = project.settings(stack);
  const section = hub as HubSection;
  return { stack, section, model: hubModel(project, stack, section), context: cluster.context };
}
