import type * as k8s from "@pulumi/kubernetes";
import type { Settings } from "../config/schema";
import { clusterProvider } from "./cluster";
import { handOver } from "./hand-over";
import { readStacks, type StackReader } from "./reading";

/** What the engine takes a while for, and what needs nothing but the stack's file. */
export interface Begun {
  readonly read: StackReader;
  readonly provider: k8s.Provider;
}

/** Nothing here reaches a cluster: a refusal that comes later still comes before anything is changed. */
export async function begin(settings: Settings): Promise<Begun> {
  const begun = { read: readStacks(settings), provider: clusterProvider(settings.cluster) };
  await handOver();
  return begun;
}
