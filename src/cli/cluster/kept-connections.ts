import { Agent, type ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import { open, type Endpoint } from "./http";

/** Some backends answer a few requests of one caller at a time, and reject the fifth with 429. */
const CONNECTIONS = 4;
/** Longer than between two requests of one check; short, since the process ends after it. */
const IDLE_MILLISECONDS = 250;

/**
 * A server that is asked often, over few connections: to open one through an API server takes ten
 * times as long as most requests do. Not for answers that depend on when the connection was made,
 * as those of a gateway that has just read its configuration do.
 */
export function keptOpen(endpoint: Endpoint): Endpoint {
  return { ...endpoint, agent: new KeptConnections(endpoint) };
}

class KeptConnections extends Agent {
  private readonly idle = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(private readonly to: Endpoint) {
    super({ keepAlive: true, maxSockets: CONNECTIONS });
  }

  /** Node's agent takes it for a socket, and a tunnel has no `ref`. */
  override createConnection(): Duplex {
    return Object.assign(open(this.to), { ref() {} });
  }

  /** Not by the stream's own timeout and `unref`: a tunnel has none. */
  override keepSocketAlive(stream: Duplex): boolean {
    this.idle.set(
      stream,
      setTimeout(() => stream.destroy(), IDLE_MILLISECONDS),
    );
    return true;
  }

  override reuseSocket(stream: Duplex, request: ClientRequest): void {
    clearTimeout(this.idle.get(stream));
    super.reuseSocket(stream, request);
  }
}
