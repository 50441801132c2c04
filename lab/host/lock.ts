import { once } from "node:events";
import { connect, createServer } from "node:net";
import { machine } from "../clusters/topology.js";
import { LabError } from "./errors.js";

/**
 * An abstract socket (its name begins with a zero byte): there is one on the machine, and the
 * kernel takes it back from a process that is killed, so there is no stale lock to recognise. Who
 * connects is told what holds it.
 */
const address = `\0${machine.tag}`;

export interface Holder {
  pid: number;
  command: string;
}

/** Makes sure that one command at a time changes the lab; held until this process ends. */
export async function takeLock(command: string): Promise<void> {
  const server = createServer((socket) =>
    socket.end(JSON.stringify({ pid: process.pid, command } satisfies Holder)),
  );
  server.listen(address);
  const failed = await Promise.race([
    once(server, "error"),
    once(server, "listening").then(() => undefined),
  ]);
  server.unref();
  if (!failed) return;
  if ((failed[0] as NodeJS.ErrnoException).code !== "EADDRINUSE") throw failed[0];
  const holder = await lockHolder();
  const who = holder ? `\`lab ${holder.command}\` (process ${holder.pid})` : "another command";
  throw new LabError(`${who} is at work on the lab. Let it finish or end it, and run this again.`);
}

/** Who changes the lab right now. */
export async function lockHolder(): Promise<Holder | undefined> {
  const socket = connect(address).setEncoding("utf8");
  let answer = "";
  socket.on("data", (text: string) => (answer += text));
  return once(socket, "end").then(
    () => JSON.parse(answer) as Holder,
    () => undefined,
  );
}
