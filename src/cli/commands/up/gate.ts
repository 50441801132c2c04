import type { Progress } from "../../ui/progress";
import type { Project } from "../../project";
import type { Workspaces } from "../../engine/workspaces";
import { PATIENCE } from "../verify/check";
import type { Verification } from "../verify/report";
import { concerned } from "./observe";
import type { Pass } from "./plan";

export type VerifyPass = Extract<Pass, { kind: "verify" }>;

/** Verifies a wave and its hubs. */
export type Gate = (
  pass: VerifyPass,
  project: Project,
  progress: Progress,
) => Promise<Verification>;

/** The gate of `up`: what `npm run verify` does, for the edges of the wave alone, as patient as it is with what is still under way. */
export function waveGate(workspaces: Workspaces, signal: AbortSignal): Gate {
  return async ({ stacks, edges }, project, progress) => {
    // Loaded late: the SDK of Kubernetes takes its time.
    const [{ openFleet }, { verify }] = await Promise.all([
      import("../verify/fleet.js"),
      import("../verify/verify.js"),
    ]);
    const fleet = await openFleet(project, concerned(project, stacks), workspaces);
    return verify(fleet, edges, { ...PATIENCE, signal }, progress);
  };
}
