import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config/schema";

/** An output that a stack recorded in its last update; undefined where it has none. */
export type StackReader = (stack: string, output: string) => Promise<unknown>;

/** Reads this stack and those that it refers to, all at once: the engine takes a while for each. */
export async function readStacks(settings: Settings): Promise<StackReader> {
  const names = [...new Set([ownStack(), ...stacksNamedIn(settings)])];
  const references = new Map(names.map((name) => [name, new pulumi.StackReference(name)]));
  const read: StackReader = async (stack, output) =>
    (await references.get(stack)?.getOutputDetails(output))?.value;
  // Every output of a stack arrives with the first one.
  await Promise.all(names.map((name) => read(name, "stored")));
  return read;
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
