import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLines, encodeSpans, type LogLine, type Span } from "../../../src/cli/cluster/otlp";
import { all, fieldsOf, first, type Field } from "./wire";

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const attributes = fc.dictionary(fc.stringMatching(/^[a-z.]{1,12}$/), text, {
  maxKeys: 4,
  noNullPrototype: true,
});
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const time = fc.integer({ min: 0, max: 2 ** 42 });

describe("spans over OTLP", () => {
  const span: fc.Arbitrary<Span> = fc.record({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: fc.oneof(hex(16), fc.constant("")),
    name: text,
    start: time,
    end: time,
    resource: attributes,
    attributes,
  });

  it("say the same when they are read by somebody else", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 4 }), (spans) => {
        expect(all(fieldsOf(encodeSpans(spans)), 1).map(readSpan)).toEqual(spans);
      }),
    );
  });
});

/** By the numbers of opentelemetry/proto/trace/v1/trace.proto. */
function readSpan(resourceSpans: Buffer): Span {
  const fields = fieldsOf(resourceSpans);
  const span = fieldsOf(first(fieldsOf(first(fields, 2)), 2));
  return {
    traceId: first(span, 1).toString("hex"),
    spanId: first(span, 2).toString("hex"),
    parentSpanId: first(span, 4).toString("hex"),
    name: first(span, 5).toString("utf8"),
    start: millisecondsOf(first(span, 7)),
    end: millisecondsOf(first(span, 8)),
    resource: attributesOf(fieldsOf(first(fields, 1)), 1),
    attributes: attributesOf(span, 9),
  };
}

function millisecondsOf(fixed64: Buffer): number {
  return fixed64.length === 0 ? 0 : Number(fixed64.readBigUInt64LE() / 1_000_000n);
}

function attributesOf(fields: readonly Field[], number: number): Record<string, string> {
  const pairs = all(fields, number).map(fieldsOf);
  return Object.fromEntries(
    pairs.map((pair) => [
      first(pair, 1).toString("utf8"),
      first(fieldsOf(first(pair, 2)), 1).toString("utf8"),
    ]),
  );
}

describe("log lines over OTLP", () => {
  const line: fc.Arbitrary<LogLine> = fc.record({
    time,
    text,
    resource: attributes,
    attributes,
    traceId: hex(32),
  });

  it("have these fields", () => {
    const [resourceLogs] = encoded([
      {
        time: 1_700_000_000_123,
        text: "ready",
        resource: { cluster: "dev" },
        attributes: { level: "info" },
      },
    ]);
    expect(resourceLogs).toEqual({
      resource: { attributes: [{ key: "cluster", value: { stringValue: "dev" } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: "1700000000123000000",
              body: { stringValue: "ready" },
              attributes: [{ key: "level", value: { stringValue: "info" } }],
            },
          ],
        },
      ],
    });
  });

  it("keep text, time and trace, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const records = encoded(lines).map(({ scopeLogs }) => scopeLogs[0]?.logRecords[0]);
        const read = records.map((record) => [
          record?.body.stringValue,
          Number(BigInt(record?.timeUnixNano ?? 0) / 1_000_000n),
          record?.traceId,
        ]);
        expect(read).toEqual(lines.map(({ text, time, traceId }) => [text, time, traceId]));
      }),
    );
  });
});

interface ResourceLogs {
  readonly scopeLogs: {
    readonly logRecords: {
      timeUnixNano: string;
      body: { stringValue: string };
      traceId?: string;
    }[];
  }[];
}

function encoded(lines: readonly LogLine[]): ResourceLogs[] {
  return (JSON.parse(encodeLines(lines).toString()) as { resourceLogs: ResourceLogs[] })
    .resourceLogs;
}
