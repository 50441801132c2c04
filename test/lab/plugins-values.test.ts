import fc from "fast-check";
import * as sdk from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { describe, expect, it } from "vitest";
import {
  fromStruct,
  hasSecret,
  hasUnknown,
  reveal,
  Secret,
  toStruct,
  unknown,
} from "../../lab/plugins/rpc/values";
import type { PropertyMap, PropertyValue } from "../../lab/plugins/rpc/values";

/** `__proto__` is no key that a plain object can have. */
const key = fc.string().filter((text) => text !== "__proto__");

const { properties } = fc.letrec<{ value: PropertyValue; properties: PropertyMap }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.constant(unknown),
    tie("value").map((value) => new Secret(value)),
    fc.array(tie("value")),
    tie("properties"),
  ),
  properties: fc.dictionary(key, tie("value"), { noNullPrototype: true }),
}));

describe("property values on the wire", () => {
  it("come back as they were sent, with secrets and unknowns", () => {
    fc.assert(
      fc.property(properties, (sent) => {
        const bytes = toStruct(sent).serializeBinary();
        expect(fromStruct(Struct.deserializeBinary(bytes))).toEqual(sent);
      }),
    );
  });

  it("use the signatures of the Pulumi SDK", () => {
    const wire = toStruct({ password: new Secret("hidden"), later: unknown }).toJavaScript();
    expect(wire).toEqual({
      password: { [sdk.specialSigKey]: sdk.specialSecretSig, value: "hidden" },
      later: sdk.unknownValue,
    });
  });

  it("take every sentinel of the engine for an unknown", () => {
    const sentinels = {
      boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
      number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      text: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    };
    expect(Object.values(fromStruct(Struct.fromJavaScript(sentinels)))).toEqual(
      Array(5).fill(unknown),
    );
  });

  it.each([
    [sdk.specialAssetSig, "assets"],
    [sdk.specialArchiveSig, "archives"],
    [sdk.specialResourceSig, "resource references"],
    [sdk.specialOutputValueSig, "output values"],
  ])("refuse what the stand-ins cannot handle (%s)", (signature, name) => {
    const struct = Struct.fromJavaScript({ file: { [sdk.specialSigKey]: signature, text: "x" } });
    expect(() => fromStruct(struct)).toThrow(
      `This stand-in for the official plugin does not support ${name} in properties.`,
    );
  });
});

describe("what is known of property values", () => {
  it("reveals secrets at any depth and finds unknowns and secrets below others", () => {
    const value = { list: [new Secret({ inner: new Secret("a") }), unknown], plain: 1 };
    expect(reveal(value)).toEqual({ list: [{ inner: "a" }, unknown], plain: 1 });
    expect(hasUnknown(new Secret({ deep: [unknown] }))).toBe(true);
    expect(hasSecret({ deep: [[new Secret(null)]] })).toBe(true);
    expect(hasSecret({ plain: [1, null] })).toBe(false);
  });
});
