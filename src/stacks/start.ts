import type * as k8s from "@pulumi/kubernetes";
import type { Settings } from "../config/schema";
import { clusterProvider } from "./cluster";
import { readStacks, type StackReader } from "./reading";

/** What the program asks of the engine before anything else. */
export interface Started {
  /** Outputs of this stack's last update, and of the stacks that it refers to. */
  readonly read: StackReader;
  readonly provider: k8s.Provider;
}

/**
 * Reads the stacks that everything else depends on. The cluster's provider is registered first: its
 * plug-in starts meanwhile, and goes on starting while src/main.cjs loads the components. Nothing
 * here reaches a cluster: a rejection that comes later still comes before any change.
 */
export async function start(settings: Settings): Promise<Started> {
  const provider = clusterProvider(settings.cluster);
  return { read: await readStacks(settings), provider };
}
