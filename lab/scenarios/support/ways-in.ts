import type { Protocol } from "../../../components/backends/backend";
import { ingestLocations, type IngestLocation } from "../../../components/hub/gateway/ingest";
import type { Signal } from "../../../components/contract/names";
import { request } from "../../../src/cli/cluster/http";
import { encodeSpans } from "../../../src/cli/cluster/otlp";
import {
  logLine,
  type Probe,
  probeLine,
  probeSpan,
  sample,
  sampleLabels,
  trace,
} from "../../../src/cli/commands/verify/checks/probe";
import { grpcCall } from "./grpc.js";

type Write = (path: string) => Probe["write"];

/** One sample, one line or one span over each protocol that takes it. */
const WRITES: Readonly<Record<Signal, Readonly<Partial<Record<Protocol, Write>>>>> = {
  metrics: {
    "remote write": () => sample.write,
    "OTLP/HTTP": (path) => (target, writer, id, time) => {
      const { __name__: name, ...labels } = sampleLabels(writer, id);
      const attributes = Object.entries(labels).map(([key, stringValue]) => ({
        key,
        value: { stringValue },
      }));
      const gauge = { dataPoints: [{ asDouble: 1, timeUnixNano: nanoseconds(time), attributes }] };
      return post(target, path, {
        resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name, gauge }] }] }],
      });
    },
  },
  logs: {
    "Loki push": (path) => (target, writer, id, time) => {
      const { resource, text } = probeLine(writer, id, time);
      const { "service.name": service_name, ...labels } = resource;
      const stream = { ...labels, service_name, level: "info" };
      return post(target, path, { streams: [{ stream, values: [[nanoseconds(time), text]] }] });
    },
    "OTLP/HTTP": () => logLine.write,
  },
  traces: {
    "OTLP/HTTP": () => trace.write,
    "OTLP/gRPC": (path) => (target, writer, id, time) =>
      grpcCall(target, path, encodeSpans([probeSpan(writer, id, time)])),
  },
};

const PROBES = { metrics: sample, logs: logLine, traces: trace } as const;

/** A way into the hub, and how something written there is found again. */
export type WayIn = Pick<IngestLocation, "path" | "signal"> & { readonly name: string } & Pick<
    Probe,
    "write" | "count"
  >;

/** All that the gateway has. */
export const waysIn: readonly WayIn[] = ingestLocations().map(({ path, signal, protocol }) => {
  const name = `${signal} by ${protocol}`;
  const write = WRITES[signal][protocol];
  if (!write) throw new Error(`Nothing here writes ${name}.`);
  return { name, path, signal, write: write(path), count: PROBES[signal].count };
});

function post({ headers, ...target }: Parameters<Probe["write"]>[0], path: string, body: object) {
  const own = { "content-type": "application/json" };
  return request({
    ...target,
    path,
    method: "POST",
    headers: { ...own, ...headers },
    body: Buffer.from(JSON.stringify(body)),
  });
}

function nanoseconds(milliseconds: number): string {
  return `${BigInt(milliseconds) * 1_000_000n}`;
}
