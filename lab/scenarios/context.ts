import type { Cluster, ClusterName } from "../clusters/topology.js";
import type { RunResult } from "../host/run.js";
import type { Goal } from "../phases/bring-up.js";

/**
 * Something that is proved on real clusters: a module of this folder, listed in index.ts.
 *
 *   export const gatewayAway: Scenario = {
 *     name: "gateway-away",
 *     summary: "no sample is lost while the gateway is away for a minute",
 *     needs: "deployment",
 *     async run(lab) {
 *       await lab.kubectl("ops", ["scale", "deployment/gateway", "--replicas=0", "-n", "heliograph"]);
 *       lab.onCleanup("the gateway is back", () => lab.kubectl("ops", [...]));
 *       ...
 *       lab.check("no sample lost", lost === 0, `${lost} of ${sent}`);
 *     },
 *   };
 */
export interface Scenario {
  /** What people type: words joined by hyphens. */
  name: string;
  /** One line for the list. */
  summary: string;
  /** What is brought up before: clusters and store alone, or hub and edges deployed to them too. */
  needs: Goal;
  run(lab: ScenarioContext): Promise<void>;
}

export interface ScenarioContext {
  clusters: readonly Cluster[];
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
  /** The environment that makes programs work on the lab: KUBECONFIG, Pulumi's state, PATH. */
  env: Readonly<Record<string, string>>;

  /** Runs kubectl and returns what it prints; throws what it complains about. */
  kubectl(cluster: ClusterName, args: string[], options?: { input?: string }): Promise<string>;
  /** Applies objects. They are gone after the scenario. */
  apply(cluster: ClusterName, objects: object[]): Promise<void>;
  /**
   * Runs one of the project's own commands, e.g. `["verify", "--json"]`, to its end, whatever its
   * exit code.
   */
  heliograph(args: string[]): Promise<RunResult>;
  /** Runs the Pulumi CLI in the lab's project, to its end, whatever its exit code. */
  pulumi(args: string[]): Promise<RunResult>;

  /** Says what is going on. */
  log(text: string): void;
  /** Records a result. The scenario goes on; it has failed if one of them is false. */
  check(name: string, ok: boolean, detail?: string): void;
  /**
   * Restores something at the end, whatever happens until then. The last one registered runs first.
   */
  onCleanup(what: string, restore: () => Promise<unknown>): void;
}

export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}
