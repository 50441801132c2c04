import fc from "fast-check";
import { uncompressSync } from "snappy";
import { describe, expect, it } from "vitest";
import { encodeWrite, type Series } from "../../../src/cli/cluster/remote-write";
import { all, fieldsOf, first, type Field } from "./wire";

describe("the body of a remote write", () => {
  it("has these bytes, for one sample", () => {
    const series = [
      { labels: { job: "a", __name__: "up" }, samples: [[1, 1_700_000_000_000]] },
    ] as const;
    const label = (name: string, value: string) => {
      const pair = [
        0x0a,
        name.length,
        ...Buffer.from(name),
        0x12,
        value.length,
        ...Buffer.from(value),
      ];
      return [0x0a, pair.length, ...pair];
    };
    // 1 as a double, and the time as a varint, written out by hand.
    const sample = [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x80, 0xd0, 0x95, 0xff, 0xbc, 0x31];
    const content = [
      ...label("__name__", "up"),
      ...label("job", "a"),
      0x12,
      sample.length,
      ...sample,
    ];
    expect([...bytesOf(series)]).toEqual([0x0a, content.length, ...content]);
  });

  it("is empty where there is nothing to write, which servers take as a write of nothing", () => {
    expect(bytesOf([])).toHaveLength(0);
  });

  it("says the same when it is read by somebody else", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    const sample = fc.tuple(fc.double(), fc.integer({ min: -(2 ** 45), max: 2 ** 45 }));
    const oneSeries = fc.record({
      labels: fc.dictionary(fc.stringMatching(/^[a-zA-Z_]{1,12}$/), text, {
        maxKeys: 6,
        noNullPrototype: true,
      }),
      samples: fc.array(sample, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(oneSeries, { maxLength: 4 }), (series) => {
        const read = fieldsOf(bytesOf(series)).map(({ bytes }) => readSeries(bytes));
        expect(read.map(({ samples }) => samples)).toEqual(series.map(({ samples }) => samples));
        expect(read.map(({ labels }) => Object.fromEntries(labels))).toEqual(
          series.map(({ labels }) => labels),
        );
        for (const { labels } of read)
          expect(labels.map(([name]) => name)).toEqual(labels.map(([name]) => name).sort());
      }),
    );
  });
});

function bytesOf(series: readonly Series[]): Buffer {
  return uncompressSync(encodeWrite(series)) as Buffer;
}

function readSeries(bytes: Buffer) {
  const fields = fieldsOf(bytes);
  const of = (number: number) => all(fields, number).map(fieldsOf);
  return {
    labels: of(1).map((pair) => [textOf(pair, 1), textOf(pair, 2)] as const),
    samples: of(2).map((sample) => [doubleOf(sample), timeOf(sample)]),
  };
}

function textOf(fields: readonly Field[], number: number): string {
  return first(fields, number).toString("utf8");
}

function doubleOf(fields: readonly Field[]): number {
  return fields.find(({ number }) => number === 1)?.bytes.readDoubleLE() ?? 0;
}

function timeOf(fields: readonly Field[]): number {
  return Number(BigInt.asIntN(64, fields.find(({ number }) => number === 2)?.varint ?? 0n));
}
