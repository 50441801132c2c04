/** What is recorded of a live object: which parts are secret, and what drifted from the inputs. */
import { hasSecret, isMap, reveal, Secret, unknown, without } from "../rpc/values";
import type { PropertyMap, PropertyValue } from "../rpc/values";

/**
 * The outputs, with everything secret that is secret in the inputs, and the data of every Secret.
 */
export function markSecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const marked = marking(outputs, inputs);
  if (outputs["kind"] !== "Secret" || outputs["apiVersion"] !== "v1") return marked;
  const hide = (key: string) => {
    const value = marked[key];
    return value === undefined || value instanceof Secret ? {} : { [key]: new Secret(value) };
  };
  return { ...marked, ...hide("data"), ...hide("stringData") };
}

function marking(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(outputs).map(([key, output]): [string, PropertyValue] => {
    const input = inputs[key];
    if (isMap(output) && isMap(input)) return [key, marking(output, input)];
    // A list may come back in another order: if any of it is secret, all of it is.
    return [key, hasSecret(input) && !(output instanceof Secret) ? new Secret(output) : output];
  });
  return Object.fromEntries(entries);
}

/**
 * The outputs of a dry run. What the API server makes up in each run (and an object that does not
 * exist has not got yet) is not known, and a status would be of another time.
 */
export function previewState(
  outputs: PropertyMap,
  inputs: PropertyMap,
  creation: boolean,
): PropertyMap {
  const state = without(outputs, "status");
  if (!creation) return state;
  const { metadata, spec } = state;
  const made = { creationTimestamp: unknown, resourceVersion: unknown, uid: unknown };
  const created = { ...state, metadata: isMap(metadata) ? { ...metadata, ...made } : unknown };
  if (state["kind"] !== "Service" || !isMap(spec)) return created;
  const wished = isMap(inputs["spec"]) ? inputs["spec"] : {};
  const addresses = ["clusterIP", "clusterIPs"].filter(
    (key) => spec[key] !== undefined && wished[key] === undefined,
  );
  return {
    ...created,
    spec: { ...spec, ...Object.fromEntries(addresses.map((key) => [key, unknown])) },
  };
}

/**
 * The inputs that would make the object as it is now: the recorded ones, except where the live
 * object is no longer what it was when they were applied. Comparing with the recorded outputs and
 * not with the inputs leaves alone what the API server writes in another way (`1000m` as `1`).
 */
export function projectDrift(
  inputs: PropertyMap,
  recorded: PropertyMap,
  live: PropertyMap,
): PropertyMap {
  return projectMap(inputs, reveal(recorded), reveal(live));
}

function projectMap(inputs: PropertyMap, recorded: PropertyMap, live: PropertyMap): PropertyMap {
  const entries = Object.entries(inputs).flatMap(([key, input]): [string, PropertyValue][] => {
    const value = project(input, recorded[key], live[key]);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function project(
  input: PropertyValue,
  recorded: PropertyValue | undefined,
  live: PropertyValue | undefined,
): PropertyValue | undefined {
  if (JSON.stringify(recorded) === JSON.stringify(live)) return input;
  if (input instanceof Secret) {
    const value = project(input.value, recorded, live);
    return value === undefined ? undefined : new Secret(value);
  }
  if (isMap(input) && isMap(live)) return projectMap(input, isMap(recorded) ? recorded : {}, live);
  if (Array.isArray(input) && Array.isArray(live) && input.length === live.length) {
    const before = Array.isArray(recorded) ? recorded : [];
    return input.map((member, index) => project(member, before[index], live[index]) ?? null);
  }
  return hasSecret(input) && live !== undefined ? new Secret(live) : live;
}
