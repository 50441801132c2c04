import { DEFAULT_CELL, resolveHub } from "@heliograph/heliograph/model";
import type { HubSection } from "../../../config/hub-schema";
import { hubOf, type Project } from "../../project";
import { Failure } from "../../ui/failure";

/** The edge that is to be removed, as the stack files describe it. */
export interface LeavingEdge {
  readonly edge: string;
  /** The stack of its hub. */
  readonly hub: string;
  readonly entry: HubSection["edges"][string];
  readonly cell: string;
  readonly retentionDays: number;
  /** Other edges of its tenant. */
  readonly mates: readonly string[];
  /** Its own stack; undefined if this project has none for it. */
  readonly stack: string | undefined;
}

export function findLeavingEdge(project: Project, edge: string): LeavingEdge {
  const hubs = project.stacks.flatMap((stack) => {
    const { hub } = project.settings(stack);
    return hub ? [{ stack, hub }] : [];
  });
  const stack = project.stacks.find((each) => project.settings(each).edge?.name === edge);
  if (stack !== undefined && project.settings(stack).hub)
    throw new Failure(`${edge} is the own edge of hub ${stack}: it is removed with its hub.`);
  const listed = hubs.filter(({ hub }) => hub.edges[edge]);
  const home =
    listed.find(({ stack: hub }) => stack !== undefined && hubOf(project, stack) === hub) ??
    listed[0];
  const entry = home?.hub.edges[edge];
  if (!home || !entry) {
    const known = hubs.flatMap(({ hub }) => Object.keys(hub.edges)).join(", ");
    throw new Failure(`No edge ${edge} in an inventory; there are: ${known || "none"}.`);
  }
  const mates = Object.keys(home.hub.edges).filter(
    (other) => other !== edge && home.hub.edges[other]?.tenant === entry.tenant,
  );
  const { edges } = resolveHub(home.hub);
  const { cell = DEFAULT_CELL } = edges.find(({ name }) => name === edge) ?? {};
  const retentionDays = home.hub.tenants[entry.tenant]?.retentionDays ?? 0;
  return { edge, hub: home.stack, entry, cell, retentionDays, mates, stack };
}
