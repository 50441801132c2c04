import protobuf from "protobufjs";

export interface Span {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Left out: the first of its trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** In milliseconds. */
  readonly start: number;
  readonly end: number;
  /** Attributes of the resource that sends it, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** https://opentelemetry.io/docs/specs/otlp/ */
const ExportTraceServiceRequest = protobuf.Root.fromJSON({
  nested: {
    ExportTraceServiceRequest: {
      fields: { resourceSpans: { rule: "repeated", type: "ResourceSpans", id: 1 } },
    },
    ResourceSpans: {
      fields: {
        resource: { type: "Resource", id: 1 },
        scopeSpans: { rule: "repeated", type: "ScopeSpans", id: 2 },
      },
    },
    Resource: { fields: { attributes: { rule: "repeated", type: "KeyValue", id: 1 } } },
    ScopeSpans: { fields: { spans: { rule: "repeated", type: "Span", id: 2 } } },
    Span: {
      fields: {
        traceId: { type: "bytes", id: 1 },
        spanId: { type: "bytes", id: 2 },
        parentSpanId: { type: "bytes", id: 4 },
        name: { type: "string", id: 5 },
        startTimeUnixNano: { type: "fixed64", id: 7 },
        endTimeUnixNano: { type: "fixed64", id: 8 },
        attributes: { rule: "repeated", type: "KeyValue", id: 9 },
      },
    },
    KeyValue: { fields: { key: { type: "string", id: 1 }, value: { type: "AnyValue", id: 2 } } },
    AnyValue: { fields: { stringValue: { type: "string", id: 1 } } },
  },
}).lookupType("ExportTraceServiceRequest");

/** Body of a write over OTLP, by HTTP or in a message of gRPC. */
export function encodeSpans(spans: readonly Span[]): Buffer {
  const resourceSpans = spans.map(
    ({ resource, attributes = {}, traceId, spanId, parentSpanId = "", name, start, end }) => ({
      resource: { attributes: keyValues(resource) },
      scopeSpans: [
        {
          spans: [
            {
              traceId: Buffer.from(traceId, "hex"),
              spanId: Buffer.from(spanId, "hex"),
              parentSpanId: Buffer.from(parentSpanId, "hex"),
              name,
              startTimeUnixNano: nanoseconds(start),
              endTimeUnixNano: nanoseconds(end),
              attributes: keyValues(attributes),
            },
          ],
        },
      ],
    }),
  );
  const message = ExportTraceServiceRequest.fromObject({ resourceSpans });
  return Buffer.from(ExportTraceServiceRequest.encode(message).finish());
}

function keyValues(attributes: Readonly<Record<string, string>>) {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/** As the halves of 64 bits: a number of JavaScript holds 53. */
function nanoseconds(milliseconds: number) {
  const value = BigInt(Math.round(milliseconds)) * 1_000_000n;
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: true,
  };
}

export interface LogLine {
  /** In milliseconds. */
  readonly time: number;
  readonly text: string;
  /** Attributes of the resource that writes it, the index labels among them. */
  readonly resource: Readonly<Record<string, string>>;
  /** Attributes of the line itself. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly traceId?: string;
}

/** As JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function encodeLines(lines: readonly LogLine[]): Buffer {
  const resourceLogs = lines.map(({ time, text, resource, attributes = {}, traceId }) => ({
    resource: { attributes: keyValues(resource) },
    scopeLogs: [
      {
        logRecords: [
          {
            timeUnixNano: `${BigInt(Math.round(time)) * 1_000_000n}`,
            body: { stringValue: text },
            attributes: keyValues(attributes),
            ...(traceId !== undefined && { traceId }),
          },
        ],
      },
    ],
  }));
  return Buffer.from(JSON.stringify({ resourceLogs }));
}
