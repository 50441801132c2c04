/**
 * A reader of the protobuf wire format that knows nothing of the library under test:
 * https://protobuf.dev/programming-guides/encoding/
 */
export interface Field {
  readonly number: number;
  readonly bytes: Buffer;
  readonly varint: bigint;
}

export function fieldsOf(buffer: Buffer): Field[] {
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

/** The messages, texts or bytes that a field repeats. */
export function all(fields: readonly Field[], number: number): Buffer[] {
  return fields.filter((field) => field.number === number).map(({ bytes }) => bytes);
}

/** Empty where it is not there: what has its type's zero value is left out. */
export function first(fields: readonly Field[], number: number): Buffer {
  return all(fields, number)[0] ?? Buffer.alloc(0);
}
