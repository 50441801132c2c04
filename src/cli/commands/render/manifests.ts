import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { toYaml } from "@heliograph/heliograph/model";
import type { Rendered } from "./render-stack";

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

/**
 * The same for people's eyes: no value of a Secret, and nothing that was made from a secret. It
 * stays an object the API server takes.
 */
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

const HEADER =
  "# Rendered by `npm run render`. Values of secrets are redacted, so this is for reading and comparing.\n";

/** Texts of a stack's manifests by file. */
export function manifestFiles({ stack, objects }: Rendered): Map<string, string> {
  return new Map(
    objects.map(({ redacted }) => [join(stack, fileOf(redacted)), HEADER + toYaml(redacted)]),
  );
}

/**
 * One file per object, `<out>/<stack>/<namespace>/<kind>-<name>.yaml`, so that a difference names
 * the object. Returns how many.
 */
export async function writeManifests(out: string, rendered: Rendered): Promise<number> {
  const files = new Map(
    [...manifestFiles(rendered)].map(([file, text]) => [join(out, file), text]),
  );
  await removeFormer(join(out, rendered.stack), files);
  for (const [file, text] of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return files.size;
}

function fileOf({ kind, metadata: { name, namespace = "_cluster" } }: Manifest): string {
  // A colon is allowed in names of roles, and not in file names everywhere.
  return join(namespace, `${kind.toLowerCase()}-${name.replaceAll(":", "_")}.yaml`);
}

/** Takes away what an earlier run wrote and this one does not; files of anybody else stay. */
async function removeFormer(folder: string, keep: ReadonlyMap<string, string>): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !entry.name.endsWith(".yaml") || keep.has(file)) continue;
    if ((await readFile(file, "utf8")).startsWith(HEADER)) await rm(file);
  }
}
