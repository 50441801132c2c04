import fc from "fast-check";
import { uncompressSync } from "snappy";
import { describe, expect, it } from "vitest";
import { encodeWrite, type Series } from "../../../src/cli/clients/remote-write";

describe("the body of a remote write", () => {
  it("has these bytes, for one sample", () => {
    const series = [{ labels: { job: "a", __name__: "up" }, samples: [[1, 1_700_000_000_000]] }] as const;
    const label = (name: string, value: string) => {
      const pair = [0x0a, name.length, ...Buffer.from(name), 0x12, value.length, ...Buffer.from(value)];
      return [0x0a, pair.length, ...pair];
    };
    // 1 as a double, and the time as a varint, written out by hand.
    const sample = [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x80, 0xd0, 0x95, 0xff, 0xbc, 0x31];
    const content = [...label("__name__", "up"), ...label("job", "a"), 0x12, sample.length, ...sample];
    expect([...bytesOf(series)]).toEqual([0x0a, content.length, ...content]);
  });

  it("is empty where there is nothing to write, which servers take as a write of nothing", () => {
    expect(bytesOf([])).toHaveLength(0);
  });

  it("says the same when it is read by somebody else", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    const sample = fc.tuple(fc.double(), fc.integer({ min: -(2 ** 45), max: 2 ** 45 }));
    const oneSeries = fc.record({
      labels: fc.dictionary(fc.stringMatching(/^[a-zA-Z_]{1,12}$/), text, { maxKeys: 6, noNullPrototype: true }),
      samples: fc.array(sample, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(oneSeries, { maxLength: 4 }), (series) => {
        const read = messages(bytesOf(series)).map(({ bytes }) => readSeries(bytes));
        expect(read.map(({ samples }) => samples)).toEqual(series.map(({ samples }) => samples));
        expect(read.map(({ labels }) => Object.fromEntries(labels))).toEqual(series.map(({ labels }) => labels));
        for (const { labels } of read)
          expect(labels.map(([name]) => name)).toEqual(labels.map(([name]) => name).sort());
      }),
    );
  });
});

function bytesOf(series: readonly Series[]): Buffer {
  return uncompressSync(encodeWrite(series)) as Buffer;
}

/** A reader of the protobuf wire format that knows nothing of the library under test: https://protobuf.dev/programming-guides/encoding/ */
interface Field {
  readonly number: number;
  readonly bytes: Buffer;
  readonly varint: bigint;
}

function messages(buffer: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < buffer.length) {
    const key = Number(varint());
    const wireType = key & 7;
    const value = wireType === 0 ? varint() : 0n;
    const length = wireType === 2 ? Number(varint()) : wireType === 1 ? 8 : 0;
    fields.push({ number: key >> 3, bytes: buffer.subarray(at, at + length), varint: value });
    at += length;
  }
  return fields;
}

function readSeries(bytes: Buffer) {
  const fields = messages(bytes);
  const of = (number: number) =>
    fields.filter((field) => field.number === number).map((field) => messages(field.bytes));
  return {
    labels: of(1).map((pair) => [textOf(pair, 1), textOf(pair, 2)] as const),
    samples: of(2).map((sample) => [doubleOf(sample), timeOf(sample)]),
  };
}

// What has its type's zero value is left out.
function textOf(fields: readonly Field[], number: number): string {
  return fields.find((field) => field.number === number)?.bytes.toString("utf8") ?? "";
}

function doubleOf(fields: readonly Field[]): number {
  return fields.find(({ number }) => number === 1)?.bytes.readDoubleLE() ?? 0;
}

function timeOf(fields: readonly Field[]): number {
  return Number(BigInt.asIntN(64, fields.find(({ number }) => number === 2)?.varint ?? 0n));
}
