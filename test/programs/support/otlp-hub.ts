import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Credentials } from "./certificates";

type Attributes = Readonly<Record<string, string>>;

/** A log line as it arrived. */
export interface ReceivedLine {
  readonly body: string;
  /** Attributes of its resource: of these Loki makes labels. */
  readonly resource: Attributes;
  readonly attributes: Attributes;
  readonly traceId: string;
  readonly spanId: string;
  readonly severity: number;
  readonly time: string;
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly name: string;
  readonly resource: Attributes;
  readonly attributes: Attributes;
}

export interface ReceivedPoint {
  readonly metric: string;
  readonly value: number;
  readonly attributes: Attributes;
  readonly exemplars: readonly string[];
}

/**
 * Stands for a hub's gateway: asks for a client certificate, and remembers what it was sent. What
 * it reads is OTLP as JSON, which tests ask collectors for.
 */
export class OtlpHub {
  readonly lines: ReceivedLine[] = [];
  readonly spans: ReceivedSpan[] = [];
  points: ReceivedPoint[] = [];
  readonly paths = new Set<string>();
  /** Status for what comes from now on; anything but 200 takes nothing. */
  status = 200;
  refused = 0;
  /** Gets what was taken, too. */
  passOn?: (path: string, body: string) => void;
  private server?: Server;
  private port = 0;

  constructor(
    private readonly own: Credentials,
    private readonly clientTrust: string,
  ) {}

  /** On the same port as before, if it was there before. */
  async start(): Promise<this> {
    const server = createServer({
      ...this.own,
      ca: this.clientTrust,
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (this.status === 200) this.take(request.url ?? "", Buffer.concat(chunks));
        else this.refused++;
        response.writeHead(this.status, { "content-type": "application/json" }).end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }

  private take(path: string, packed: Buffer): void {
    this.paths.add(path);
    const text = gunzipSync(packed).toString();
    this.passOn?.(path, text);
    const body = JSON.parse(text) as Body;
    for (const { resource, scopeLogs } of body.resourceLogs ?? []) {
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
        this.lines.push({
          body: record.body?.stringValue ?? "",
          resource: named(resource?.attributes),
          attributes: named(record.attributes),
          traceId: record.traceId ?? "",
          spanId: record.spanId ?? "",
          severity: record.severityNumber ?? 0,
          time: record.timeUnixNano ?? "",
        });
      }
    }
    for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
      for (const { traceId, name, attributes } of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({
          traceId,
          name,
          resource: named(resource?.attributes),
          attributes: named(attributes),
        });
      }
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      for (const { name: metric, sum, histogram } of scopeMetrics.flatMap(
        ({ metrics }) => metrics,
      )) {
        for (const point of [...(sum?.dataPoints ?? []), ...(histogram?.dataPoints ?? [])]) {
          this.points.push({
            metric,
            value: Number(point.asInt ?? point.asDouble ?? point.count),
            attributes: named(point.attributes),
            exemplars: (point.exemplars ?? []).map(({ traceId }) => traceId ?? ""),
          });
        }
      }
    }
  }
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly boolValue?: boolean;
}
type Pairs = readonly { readonly key: string; readonly value: Value }[];
interface Resource {
  readonly resource?: { readonly attributes?: Pairs };
}

/**
 * OTLP as JSON, as far as it is read here:
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
interface Body {
  readonly resourceLogs?: readonly (Resource & {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly body?: Value;
        readonly attributes?: Pairs;
        readonly traceId?: string;
        readonly spanId?: string;
        readonly severityNumber?: number;
        readonly timeUnixNano?: string;
      }[];
    }[];
  })[];
  readonly resourceSpans?: readonly (Resource & {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly name: string;
        readonly attributes?: Pairs;
      }[];
    }[];
  })[];
  readonly resourceMetrics?: readonly (Resource & {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly sum?: Points;
        readonly histogram?: Points;
      }[];
    }[];
  })[];
}
interface Points {
  readonly dataPoints: readonly {
    readonly asInt?: string;
    readonly asDouble?: number;
    readonly count?: string;
    readonly attributes?: Pairs;
    readonly exemplars?: readonly { readonly traceId?: string }[];
  }[];
}

function named(pairs: Pairs = []): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      String(value.stringValue ?? value.intValue ?? value.boolValue ?? ""),
    ]),
  );
}
