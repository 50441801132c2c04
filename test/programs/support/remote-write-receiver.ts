import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import protobuf from "protobufjs";
import { uncompressSync } from "snappy";
import type { Credentials } from "./certificates";

/** A sample as it arrived, with all labels of its series. */
export interface ReceivedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly milliseconds: number;
}

/**
 * Remote write 1.0, as far as we read it: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
const WriteRequest = protobuf.Root.fromJSON({
  nested: {
    WriteRequest: { fields: { timeseries: { rule: "repeated", type: "TimeSeries", id: 1 } } },
    TimeSeries: {
      fields: {
        labels: { rule: "repeated", type: "Label", id: 1 },
        samples: { rule: "repeated", type: "Sample", id: 2 },
      },
    },
    Label: { fields: { name: { type: "string", id: 1 }, value: { type: "string", id: 2 } } },
    Sample: { fields: { value: { type: "double", id: 1 }, timestamp: { type: "int64", id: 2 } } },
  },
}).lookupType("WriteRequest");

interface DecodedRequest {
  timeseries?: {
    labels: { name: string; value: string }[];
    samples?: { value?: number; timestamp: number }[];
  }[];
}

/** The samples of a write, as they came. */
export function samplesOf(body: Buffer): ReceivedSample[] {
  const message = WriteRequest.decode(uncompressSync(body) as Buffer);
  const { timeseries = [] } = WriteRequest.toObject(message, { longs: Number }) as DecodedRequest;
  return timeseries.flatMap(({ labels, samples = [] }) => {
    const named = Object.fromEntries(labels.map(({ name, value }) => [name, value]));
    // Zero is not sent.
    return samples.map(({ value = 0, timestamp }) => ({
      labels: named,
      value,
      milliseconds: timestamp,
    }));
  });
}

/**
 * Stands for a hub's gateway: asks for a client certificate, and remembers what it was sent and by
 * whom.
 */
export class RemoteWriteReceiver {
  readonly samples: ReceivedSample[] = [];
  /** Serial numbers of the client certificates with which samples came, oldest first. */
  readonly clients: string[] = [];
  readonly paths = new Set<string>();
  /** Status for what comes from now on; anything but 204 takes nothing. */
  status = 204;
  /** How many requests were not taken. */
  refused = 0;
  /** How many clients hung up on seeing the server's certificate. */
  distrusted = 0;

  private constructor(private readonly server: Server) {}

  static async start(
    own: Credentials,
    clientTrust: string,
    port = 0,
  ): Promise<RemoteWriteReceiver> {
    const server = createServer({
      ...own,
      ca: clientTrust,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const receiver = new RemoteWriteReceiver(server);
    server.on("tlsClientError", () => receiver.distrusted++);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (receiver.status === 204)
          receiver.take(request.socket as TLSSocket, request.url ?? "", Buffer.concat(chunks));
        else receiver.refused++;
        response.writeHead(receiver.status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Samples of one metric, in the order in which they arrived. */
  of(metric: string): ReceivedSample[] {
    return this.samples.filter(({ labels }) => labels["__name__"] === metric);
  }

  private take(socket: TLSSocket, path: string, body: Buffer): void {
    this.paths.add(path);
    const serial = socket.getPeerCertificate().serialNumber;
    if (this.clients.at(-1) !== serial) this.clients.push(serial);
    this.samples.push(...samplesOf(body));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
