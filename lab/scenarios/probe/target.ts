import { join } from "node:path";
import { request } from "../../../src/cli/cluster/http";
import { ensureProcess } from "../../host/processes.js";
import { until } from "../../host/wait.js";
import { repository } from "../../state.js";
import { onProbeHost, probeHost } from "./host.js";

/**
 * Metrics of the target: those that are sent and counted, and those that only fill the agents'
 * buffers.
 */
export const SCRAPES = "probe_scrapes";
export const FILLER = "probe_filler_total";

/** How agents were served, by their names. */
export type Served = Readonly<Record<string, ServedAgent>>;

export interface ServedAgent {
  /** How many scrapes there were: also the number of the last one. */
  readonly scrapes: number;
  /** Numbers of those that the agent gave up, as a busy machine makes it do. */
  readonly failed: readonly number[];
}

export const targetPort = 9000;
export const targetAddress = `${probeHost.address}:${targetPort}`;

export async function startTarget(signal: AbortSignal): Promise<void> {
  const program = [join(repository, "node_modules/.bin/tsx"), join(__dirname, "target-server.ts")];
  await ensureProcess({
    owner: probeHost.name,
    name: "target",
    command: onProbeHost([...program, probeHost.address, String(targetPort)]),
  });
  const answers = () =>
    served().then(
      () => true,
      () => false,
    );
  await until({ what: "the target of the probe agents", seconds: 60, signal }, answers);
}

export async function served(): Promise<Served> {
  const { body } = await request({ host: probeHost.address, port: targetPort, path: "/served" });
  return JSON.parse(body) as Served;
}
