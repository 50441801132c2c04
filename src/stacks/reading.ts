import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config/schema";

/** An output that a stack recorded in its last update; undefined where it has none. */
export type StackReader = (stack: string, output: string) => Promise<unknown>;

/** Begins to read all stacks that this one goes by: the engine takes a while for each. */
export function readStacks(settings: Settings): StackReader {
  const names = [...new Set([ownStack(), ...stacksNamedIn(settings)])];
  const references = new Map(names.map((name) => [name, new pulumi.StackReference(name)]));
  return async (stack, output) => (await references.get(stack)?.getOutputDetails(output))?.value;
}

export function ownStack(): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
}

function stacksNamedIn({ hub, edge }: Settings): string[] {
  // A hub's own edge connects without what the hub recorded.
  if (!hub) return edge?.hub ? [edge.hub.fromStack] : [];
  return Object.values(hub.edges).flatMap(({ request, fromStack }) =>
    request || !fromStack ? [] : [fromStack],
  );
}
