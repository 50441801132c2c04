import { readFile } from "node:fs/promises";
import { statePaths } from "../state.js";
import { groupMembers } from "./cgroups.js";
import { LabError } from "./errors.js";

/**
 * There is one lab on a machine, because its addresses are fixed, but its state may be in any
 * folder. A command that looks into another folder than the running lab's would end clusters that
 * it knows nothing about: it is refused.
 */
export async function refuseOtherLab(): Promise<void> {
  const { root } = statePaths();
  const environments = await Promise.all(
    (await groupMembers()).map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
  );
  const other = environments.map(stateOf).find((state) => state !== undefined && state !== root);
  if (other === undefined) return;
  throw new LabError(
    `The lab that runs on this machine keeps its state in ${other}, and this command looks in ${root}.\n` +
      `To work with that one: export HELIOGRAPH_LAB_STATE=${other}`,
  );
}

/**
 * Every process that the lab starts has the path of its record in its environment, and so have that
 * one's children.
 */
export function stateOf(environment: string): string | undefined {
  return /(?:^|\0)HELIOGRAPH_LAB_RECORD=([^\0]+)\/processes\/[^/\0]+\/[^/\0]+(?:\0|$)/.exec(
    environment,
  )?.[1];
}
