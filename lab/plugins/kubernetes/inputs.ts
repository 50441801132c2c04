/**
 * The inputs of a resource: what is refused before anything happens, and the form in which they are
 * recorded.
 */
import { isMap, mapMembers, Unknown, without } from "../rpc/values";
import type { PropertyMap, PropertyValue } from "../rpc/values";
import type { Failure } from "../rpc/provider";
import type { KubernetesObject } from "./objects";

export const annotations = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  deletionPropagationPolicy: "pulumi.com/deletionPropagationPolicy",
} as const;

/** Set by the API server: recorded as outputs, never sent. */
const serverMetadata = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

/** What `kubernetes:apps/v1:Deployment` says of an object: its API version and its kind. */
export function parseType(type: string): { apiVersion: string; kind: string } {
  const [, module = "", kind = ""] = type.split(":");
  return { apiVersion: module.replace(/^core\//, ""), kind };
}

/**
 * Resources that are no Kubernetes objects, or only parts of one: the official plugin makes them in
 * its own code.
 */
export function unsupportedType(type: string, inputs: PropertyMap): string | undefined {
  const { apiVersion, kind } = parseType(type);
  if (/^(helm\.sh|yaml|kustomize)(\/|$)/.test(apiVersion)) return `the resource ${type}`;
  if (kind.endsWith("Patch") && inputs["kind"] !== kind) return `the patch resource ${type}`;
  if (kind.endsWith("List") && Array.isArray(inputs["items"])) return `the list resource ${type}`;
  return undefined;
}

/** The inputs without nulls and without what only the API server sets. */
export function normalize(news: PropertyMap): PropertyMap {
  const inputs = withoutNulls(news) as PropertyMap;
  const { metadata = {} } = inputs;
  if (!isMap(metadata)) return inputs;
  const kept = Object.entries(metadata).filter(([key]) => !serverMetadata.has(key));
  return { ...inputs, metadata: Object.fromEntries(kept) };
}

function withoutNulls(value: PropertyValue): PropertyValue {
  const members = mapMembers(value, withoutNulls);
  if (!isMap(members)) return members;
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null));
}

export function metadataOf(inputs: PropertyMap): PropertyMap {
  const metadata = inputs["metadata"];
  return isMap(metadata) ? metadata : {};
}

export function annotationsOf(inputs: PropertyMap): PropertyMap {
  const found = metadataOf(inputs)["annotations"];
  return isMap(found) ? found : {};
}

export function withMetadata(inputs: PropertyMap, changes: PropertyMap): PropertyMap {
  return { ...inputs, metadata: { ...metadataOf(inputs), ...changes } };
}

/** What can be said to be wrong without the API server. */
export function checkInputs(inputs: PropertyMap, refuse: (what: string) => string): Failure[] {
  const failures: Failure[] = [];
  for (const property of ["apiVersion", "kind"]) {
    const value = inputs[property];
    if (typeof value !== "string" || value === "")
      failures.push({ property, reason: "must be a string" });
  }
  const { metadata } = inputs;
  if (!isMap(metadata) && !(metadata instanceof Unknown)) {
    failures.push({ property: "metadata", reason: "must be an object, and not secret as a whole" });
  }
  const { name, namespace, generateName } = metadataOf(inputs);
  for (const [property, value] of Object.entries({ name, namespace })) {
    if (value === undefined || value instanceof Unknown) continue;
    if (typeof value !== "string" || !/^[^/%\s]+$/.test(value) || value === "." || value === "..") {
      const reason = `must be a name that Kubernetes takes, got ${JSON.stringify(value)}`;
      failures.push({ property: `metadata.${property}`, reason });
    }
  }
  if (generateName !== undefined) {
    failures.push({
      property: "metadata.generateName",
      reason: "does not work with server-side apply: give a name",
    });
  }
  const supported = new Set<string>(Object.values(annotations));
  for (const key of Object.keys(annotationsOf(inputs))) {
    if (!key.startsWith("pulumi.com/") || supported.has(key)) continue;
    failures.push({
      property: `metadata.annotations["${key}"]`,
      reason: refuse(`the annotation ${key}`),
    });
  }
  return failures;
}

/**
 * CRD fields such as `x-kubernetes-list-type`, which property names of the SDK write with
 * underscores.
 */
const crdField = /^x[-_]kubernetes[-_]/;

/** The object to send, from inputs that are all known and revealed. */
export function toObject(inputs: PropertyMap): KubernetesObject {
  return renameKeys(inputs, (key) =>
    crdField.test(key) ? key.replaceAll("_", "-") : key,
  ) as unknown as KubernetesObject;
}

/** The object as the API server returned it, as outputs. */
export function fromObject(object: KubernetesObject): PropertyMap {
  const renamed = (key: string) => (crdField.test(key) ? key.replaceAll("-", "_") : key);
  const state = renameKeys(object as unknown as PropertyMap, renamed) as PropertyMap;
  // Who owns which field is of no use to a program, and as long as the object itself.
  return { ...state, metadata: without(metadataOf(state), "managedFields") };
}

function renameKeys(value: PropertyValue, rename: (key: string) => string): PropertyValue {
  if (Array.isArray(value)) return value.map((member) => renameKeys(member, rename));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [rename(key), renameKeys(member, rename)]),
  );
}

/** An import knows nothing but the live object: all of it that somebody may have wished for. */
export function inputsFromLive(state: PropertyMap): PropertyMap {
  return without(normalize(state), "status");
}
