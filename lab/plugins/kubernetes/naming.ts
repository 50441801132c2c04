/** Names for objects whose program gave them none, as the official plugin makes them. */
import { createHash } from "node:crypto";
import type { CheckRequest, Failure } from "../rpc/provider";
import { isMap } from "../rpc/values";
import type { PropertyMap } from "../rpc/values";
import { annotations, annotationsOf, metadataOf, withMetadata } from "./inputs";

export function withName(
  inputs: PropertyMap,
  request: CheckRequest,
): { inputs: PropertyMap; failures: Failure[] } {
  const { name, generateName } = metadataOf(inputs);
  if (!isMap(inputs["metadata"]) || name !== undefined || generateName !== undefined)
    return { inputs, failures: [] };
  const before = metadataOf(request.olds)["name"];
  if (before !== undefined && annotationsOf(request.olds)[annotations.autonamed] === "true") {
    return { inputs: named(inputs, String(before)), failures: [] };
  }
  if (request.autonamingDisabled) {
    const reason = "is missing, and this stack does not allow generated names";
    return { inputs, failures: [{ property: "metadata.name", reason }] };
  }
  // The seed is the same for a preview and its update, so that both show one name.
  const suffix = createHash("sha256")
    .update(request.urn)
    .update(request.randomSeed)
    .digest("hex")
    .slice(0, 8);
  return {
    inputs: named(inputs, request.proposedName || `${request.name}-${suffix}`),
    failures: [],
  };
}

function named(inputs: PropertyMap, name: string): PropertyMap {
  const marked = { ...annotationsOf(inputs), [annotations.autonamed]: "true" };
  return withMetadata(inputs, { name, annotations: marked });
}
