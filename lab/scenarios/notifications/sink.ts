import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { request } from "../../../src/cli/cluster/http";
import { ensureProcess } from "../../host/processes.js";
import { until } from "../../host/wait.js";
import { repository } from "../../state.js";
import { onProbeHost, probeFolder, probeHost } from "../probe/host.js";
import { mailCertificate } from "./mail-server.js";
import type { Received, SinkSettings } from "./sink-server.js";

const port = 9001;
const mailPort = 587;
const user = "alerts";

/** Address of a receiver that counts what it is told. */
export const sinkUrl = (receiver: string) => `http://${probeHost.address}:${port}/${receiver}`;

/** How a receiver gets mail that is counted, and the password for it. */
export interface MailSink {
  readonly password: string;
  receiver(name: string): {
    readonly to: readonly string[];
    readonly from: string;
    readonly smarthost: string;
    readonly username: string;
    readonly caCertificate: string;
  };
}

export async function startSink(signal: AbortSignal): Promise<MailSink> {
  const { address, name: owner } = probeHost;
  const { caCertificate, ...shown } = await mailCertificate(address);
  const password = randomBytes(16).toString("hex");
  const mail = { port: mailPort, user, password, ...shown };
  const settings: SinkSettings = { address, port, mail };
  const file = join(probeFolder(), "sink.json");
  await mkdir(probeFolder(), { recursive: true });
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
  const program = [join(repository, "node_modules/.bin/tsx"), join(__dirname, "sink-server.ts")];
  await ensureProcess({ owner, name: "sink", command: onProbeHost([...program, file]) });
  const answers = () =>
    received().then(
      () => true,
      () => false,
    );
  await until({ what: "the receiver of notifications", seconds: 60, signal }, answers);
  return {
    password,
    receiver: (name) => ({
      to: [`${name}@heliograph.lab`],
      from: "alerts@heliograph.lab",
      smarthost: `${address}:${mailPort}`,
      username: user,
      caCertificate,
    }),
  };
}

/** All that it was told, in the order in which it came. */
export async function received(): Promise<Received[]> {
  const { body } = await request({ host: probeHost.address, port, path: "/received" });
  return JSON.parse(body) as Received[];
}
