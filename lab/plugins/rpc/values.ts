/**
 * Property values as providers see them, and their form on the wire (google.protobuf.Struct with
 * the engine's signatures for secrets and its sentinel strings for values that are not known yet).
 */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A value that must stay encrypted in the state and hidden on screen. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

/** A value that a preview cannot know. */
export class Unknown {}
export const unknown = new Unknown();

export type PropertyValue =
  null | boolean | number | string | Secret | Unknown | PropertyValue[] | PropertyMap;
export interface PropertyMap {
  [key: string]: PropertyValue;
}

// The engine's constants: sdk/go/common/resource/plugin/rpc.go and
// sdk/go/common/resource/sig/sig.go.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const signatureNames: Record<string, string> = {
  c44067f5952c0a294b673a41bacd8c17: "assets",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archives",
  "5cf8f73096256a8f31e491e813e4eb8e": "resource references",
  d0e6a833031e9bbcd3f4e8bde6ca49a4: "output values",
};
const unknownOfAnyType = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownSentinels = new Set([
  unknownOfAnyType,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

/** Applies `change` to every member of a list or map; other values are returned as they are. */
export function mapMembers(
  value: PropertyValue,
  change: (member: PropertyValue) => PropertyValue,
): PropertyValue {
  if (Array.isArray(value)) return value.map(change);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}

/** The map without one of its keys. */
export function without(map: PropertyMap, key: string): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([other]) => other !== key));
}

/** The value without its secret marks. */
export function reveal<T extends PropertyValue>(value: T): T extends Secret ? PropertyValue : T;
export function reveal(value: PropertyValue): PropertyValue {
  return value instanceof Secret ? reveal(value.value) : mapMembers(value, reveal);
}

export function hasUnknown(value: PropertyValue | undefined): boolean {
  return some(value, (part) => part instanceof Unknown);
}

export function hasSecret(value: PropertyValue | undefined): boolean {
  return some(value, (part) => part instanceof Secret);
}

function some(value: PropertyValue | undefined, test: (part: PropertyValue) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (value instanceof Secret) return some(value.value, test);
  if (Array.isArray(value)) return value.some((member) => some(member, test));
  return isMap(value) && Object.values(value).some((member) => some(member, test));
}

export function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct ? (fromWire(struct.toJavaScript() as PropertyValue) as PropertyMap) : {};
}

export function toStruct(properties: PropertyMap): Struct {
  return Struct.fromJavaScript(toWire(properties) as Parameters<typeof Struct.fromJavaScript>[0]);
}

function fromWire(value: PropertyValue): PropertyValue {
  if (typeof value === "string") return unknownSentinels.has(value) ? unknown : value;
  if (!isMap(value) || !(signatureKey in value)) return mapMembers(value, fromWire);
  const signature = String(value[signatureKey]);
  if (signature === secretSignature) return new Secret(fromWire(value["value"] ?? null));
  const name = signatureNames[signature] ?? `values with the signature ${signature}`;
  throw new Error(`This stand-in for the official plugin does not support ${name} in properties.`);
}

function toWire(value: PropertyValue): PropertyValue {
  if (value instanceof Unknown) return unknownOfAnyType;
  if (value instanceof Secret)
    return { [signatureKey]: secretSignature, value: toWire(value.value) };
  return mapMembers(value, toWire);
}
