import { Duplex, PassThrough, Writable } from "node:stream";
import { PortForward, type KubeConfig } from "@kubernetes/client-node";

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** The part of a WebSocket that is used here. */
interface WebSocket {
  onclose: ((event: never) => void) | null;
  terminate(): void;
}

/** How long an answer may take that was given before the connection broke. */
const GRACE_MILLISECONDS = 500;

/**
 * A connection to a port of a pod, through the API server, as `kubectl port-forward` makes it. It
 * stays inside of this process: a port on loopback would show every tenant's data to everybody on
 * this machine for as long as it is open. Like any socket, it may be written to before it is open.
 */
export function openTunnel(config: KubeConfig, { namespace, pod, port }: PodPort): Duplex {
  const toPod = new PassThrough();
  const tunnel = new Duplex({
    allowHalfOpen: false,
    read() {},
    write: (part: Buffer, _encoding, done) => void toPod.write(part, done),
    // What is written together arrives together. NGINX closes the connection where a handshake
    // comes in pieces, and does not say why it rejects the certificate: after an error of a
    // signature, OpenSSL takes the wait for the rest as a failure.
    writev: (parts, done) =>
      void toPod.write(Buffer.concat(parts.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => void toPod.end(done),
  });
  const fromPod = new Writable({
    write: (part: Buffer, _encoding, done) => (tunnel.push(part), done()),
    final: (done) => (tunnel.push(null), done()),
  });
  const address = `port ${port} of pod ${namespace}/${pod}`;
  let failure: Error | undefined;
  const errors = new Writable({
    write(text: Buffer, _encoding, done) {
      // The first message on this channel is empty, it only says that the channel is there.
      if (text.length > 0) failure = new Error(`${address}: ${text.toString("utf8").trim()}`);
      // The answer may still be on its way: it has a channel of its own.
      if (failure) setTimeout(() => fromPod.end(), GRACE_MILLISECONDS);
      done();
    },
  });
  // After what came before it: a server that answers and closes before it has read everything
  // breaks the cluster's writing, and its answer counts all the same.
  tunnel.once("end", () => failure && tunnel.destroy(failure));
  // The cluster may report a failure before anybody listens to the tunnel.
  tunnel.on("error", () => {});
  connect(config, { namespace, pod, port }, { toPod, fromPod, errors }).then(
    (socket) => {
      socket.onclose = () => fromPod.end();
      // Not `close`, which waits for the other side.
      if (tunnel.destroyed) socket.terminate();
      else tunnel.once("close", () => socket.terminate());
    },
    (error: unknown) =>
      tunnel.destroy(new Error(`${address} cannot be reached: ${reasonOf(error)}`)),
  );
  return tunnel;
}

interface Streams {
  readonly toPod: PassThrough;
  readonly fromPod: Writable;
  readonly errors: Writable;
}

async function connect(
  config: KubeConfig,
  { namespace, pod, port }: PodPort,
  streams: Streams,
): Promise<WebSocket> {
  const { toPod, fromPod, errors } = streams;
  const socket = await new PortForward(config).portForward(
    namespace,
    pod,
    [port],
    fromPod,
    errors,
    toPod,
  );
  if (typeof socket === "function")
    throw new Error("a connection that restarts itself was not asked for");
  return socket as WebSocket;
}

/** The WebSocket library rejects with an event, which is no Error. */
function reasonOf(error: unknown): string {
  return (error as { message?: string } | undefined)?.message ?? String(error);
}
