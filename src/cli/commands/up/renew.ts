import { hubOf, type Project } from "../../project";
import { openWorkspaces } from "../../engine/workspaces";
import type { UpOptions } from "./command";
import { concerned } from "./observe";
import { renewalOf, showRenewal } from "./renewal";
import { bringUp, remindOfCommit } from "./up";

/** Renews what is inside its window, for jobs: no question is asked, and where nothing is due nothing is touched. */
export async function renew(
  project: Project,
  chosen: readonly string[],
  options: UpOptions,
): Promise<void> {
  const now = new Date();
  const workspaces = await openWorkspaces(project);
  const before = await workspaces.states(concerned(project, chosen));
  // Stacks that have never been brought up have nothing to renew, and are not made here.
  const made = chosen.filter((stack) =>
    concerned(project, [stack]).every((each) => before.get(each) !== undefined),
  );
  const { hubs, edges } = renewalOf(now)(project, made, before);
  const shown = [...new Set(made.map((stack) => hubOf(project, stack) ?? stack))].filter(
    (stack) => project.settings(stack).hub !== undefined,
  );
  if (hubs.length + edges.length === 0) {
    console.log(`${showRenewal(project, shown, before, before, now)}\n\nNothing to renew.`);
    return;
  }
  const again = ["npm run up --", "--renew", ...chosen].join(" ");
  remindOfCommit(await bringUp(project, made, { ...options, yes: true }, again));
  const after = await workspaces.states(concerned(project, made));
  console.log(`\n${showRenewal(project, shown, before, after, now)}`);
}
