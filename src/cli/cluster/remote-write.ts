import protobuf from "protobufjs";
import { compressSync } from "snappy";
import { WRITE_PATHS } from "@heliograph/heliograph/model";
import { request, type Endpoint, type Response, type Tls } from "./http";

/** A series with its samples; `__name__` is among the labels. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Value and time in milliseconds, oldest first. */
  readonly samples: readonly (readonly [value: number, milliseconds: number])[];
}

/** Remote write 1.0: https://prometheus.io/docs/specs/prw/remote_write_spec/ */
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

export function encodeWrite(series: readonly Series[]): Buffer {
  const timeseries = series.map(({ labels, samples }) => ({
    // The protocol wants labels sorted by the bytes of their names.
    labels: Object.entries(labels)
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([name, value]) => ({ name, value })),
    samples: samples.map(([value, timestamp]) => ({ value, timestamp })),
  }));
  return compressSync(WriteRequest.encode(WriteRequest.create({ timeseries })).finish());
}

export interface WriteTarget extends Endpoint {
  readonly tls?: Tls;
  /** Beside those of the protocol. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is sent, wherever and over whatever connection. */
export function writeMessage(series: readonly Series[]) {
  return {
    path: WRITE_PATHS.metrics,
    method: "POST",
    body: encodeWrite(series),
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
  } as const;
}

/** Sends series as an agent would: to the gateway's write path, with the certificate in `tls`. */
export function remoteWrite(
  { headers, ...target }: WriteTarget,
  series: readonly Series[],
): Promise<Response> {
  const message = writeMessage(series);
  return request({ ...target, ...message, headers: { ...message.headers, ...headers } });
}
