import * as pulumi from "@pulumi/pulumi";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

const REDACTED = "redacted";
const REDACTED_BASE64 = Buffer.from(REDACTED).toString("base64");

/** The object as the cluster would get it, from inputs in wire form. */
export function manifestOf(inputs: unknown): Manifest {
  return translate(inputs, (secret) => translate(secret, (inner) => inner)) as Manifest;
}

/** The same for people's eyes: no value of a Secret, and nothing that was made from a secret. It stays an object the API server takes. */
export function redactedManifestOf(inputs: unknown): Manifest {
  const manifest = translate(inputs, redact) as Manifest;
  if (manifest.kind !== "Secret") return manifest;
  const { data, stringData, ...rest } = manifest;
  return {
    ...rest,
    ...(isRecord(data) && { data: everyValue(data, REDACTED_BASE64) }),
    ...(isRecord(stringData) && { stringData: everyValue(stringData, REDACTED) }),
  } as Manifest;
}

/** Keeps the shape, so that a difference in keys can still be seen. */
function redact(secret: unknown): unknown {
  if (Array.isArray(secret)) return secret.map(redact);
  if (pulumi.runtime.isRpcSecret(secret)) return redact(pulumi.runtime.unwrapRpcSecret(secret));
  if (isRecord(secret))
    return Object.fromEntries(Object.entries(secret).map(([key, value]) => [key, redact(value)]));
  return REDACTED;
}

function translate(value: unknown, onSecret: (secret: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(item, onSecret));
  if (pulumi.runtime.isRpcSecret(value)) return onSecret(pulumi.runtime.unwrapRpcSecret(value));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, translate(inner, onSecret)]),
  );
}

function everyValue(record: Record<string, unknown>, value: string): Record<string, string> {
  return Object.fromEntries(Object.keys(record).map((key) => [key, value]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
