import type { Signal } from "@heliograph/heliograph";
import {
  backendOf,
  type IngestLocation,
  ingestLocations,
  labelsOf,
  type Protocol,
  VERIFY_METRIC,
} from "@heliograph/heliograph/model";
import { request, type Response } from "../../../src/cli/cluster/http";
import { encodeSpans } from "../../../src/cli/cluster/otlp";
import type { WriteTarget } from "../../../src/cli/cluster/remote-write";
import {
  countProbes,
  type Location,
  writeProbe,
  type Writer,
} from "../../../src/cli/commands/verify/checks/probe";
import type { HubView } from "../../../src/cli/commands/verify/hub";
import { grpcCall } from "./grpc.js";

type Write = (
  target: WriteTarget,
  writer: Writer,
  id: string,
  milliseconds: number,
) => Promise<Response>;

const service_name = "heliograph-verify";

/** One sample, one line or one span over each protocol that takes it. */
const WRITES: Readonly<
  Record<Signal, Readonly<Partial<Record<Protocol, (path: string) => Write>>>>
> = {
  metrics: {
    "remote write": () => byAgents("metrics"),
    "OTLP/HTTP":
      (path) =>
      (target, { name: edge, entry }, id, time) => {
        const labels = { probe: id, ...labelsOf(edge, entry) };
        const attributes = Object.entries(labels).map(([key, stringValue]) => ({
          key,
          value: { stringValue },
        }));
        const gauge = {
          dataPoints: [{ asDouble: 1, timeUnixNano: nanoseconds(time), attributes }],
        };
        return post(target, path, {
          resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: VERIFY_METRIC, gauge }] }] }],
        });
      },
  },
  logs: {
    "Loki push":
      (path) =>
      (target, { name: edge, entry }, id, time) => {
        const stream = { ...labelsOf(edge, entry), service_name, level: "info" };
        const values = [[nanoseconds(time), `probe ${id}`]];
        return post(target, path, { streams: [{ stream, values }] });
      },
    "OTLP/HTTP": () => byAgents("logs"),
  },
  traces: {
    "OTLP/HTTP": () => byAgents("traces"),
    "OTLP/gRPC":
      (path) =>
      (target, { name: edge, entry }, id, start) => {
        const traceId = id.replaceAll("-", "");
        const resource = { ...labelsOf(edge, entry), "service.name": service_name };
        const span = { traceId, spanId: traceId.slice(16), name: "probe", resource };
        return grpcCall(target, path, encodeSpans([{ ...span, start, end: start + 1 }]));
      },
  },
};

const byAgents =
  (signal: Signal): Write =>
  (...args) =>
    writeProbe(backendOf(signal), ...args);

/** A way into the hub, and how what is written there is found again. */
export interface WayIn extends Pick<IngestLocation, "path" | "signal"> {
  readonly name: string;
  readonly write: Write;
  count(hub: HubView, location: Location, ids: readonly string[], time: number): Promise<number>;
}

/** All that the gateway has. */
export const waysIn: readonly WayIn[] = ingestLocations().map(({ path, signal, protocol }) => {
  const name = `${signal} by ${protocol}`;
  const write = WRITES[signal][protocol];
  if (!write) throw new Error(`Nothing here writes ${name}.`);
  const count: WayIn["count"] = (hub, ...rest) => countProbes(hub, signal, ...rest);
  return { name, path, signal, write: write(path), count };
});

function post({ headers, ...target }: WriteTarget, path: string, body: object) {
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
