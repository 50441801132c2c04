import { join } from "node:path";
import { request } from "../../../src/cli/cluster/http";
import { ensureProcess } from "../../host/processes.js";
import { until } from "../../host/wait.js";
import { repository } from "../../state.js";
import { onProbeHost, probeHost } from "../probe/host.js";
import type { Received } from "./sink-server.js";

const port = 9001;

/** Address of a receiver that counts what it is told. */
export const sinkUrl = (receiver: string) => `http://${probeHost.address}:${port}/${receiver}`;

export async function startSink(signal: AbortSignal): Promise<void> {
  const program = [join(repository, "node_modules/.bin/tsx"), join(__dirname, "sink-server.ts")];
  await ensureProcess({
    owner: probeHost.name,
    name: "sink",
    command: onProbeHost([...program, probeHost.address, String(port)]),
  });
  const answers = () =>
    received().then(
      () => true,
      () => false,
    );
  await until({ what: "the receiver of notifications", seconds: 60, signal }, answers);
}

/** All that it was told, in the order in which it came. */
export async function received(): Promise<Received[]> {
  const { body } = await request({ host: probeHost.address, port, path: "/received" });
  return JSON.parse(body) as Received[];
}
