import type { Role } from "../../kit/labels";
import { microservicesRole, mimirRole } from "../roles";
import { ANSWERS, type MimirComponent } from "./components";

export const MimirTopology = { single: "single", microservices: "microservices" } as const;
export type MimirTopology = (typeof MimirTopology)[keyof typeof MimirTopology];

/** Everything of a cell's Mimir begins with this. */
export function mimirName(cell: string, component?: MimirComponent): string {
  return component ? `mimir-${cell}-${component}` : `mimir-${cell}`;
}

/** A Service, and the pods behind it. */
interface Answering {
  readonly host: string;
  readonly role: Role;
}

/** Who answers what in a cell. Writes have one address for good, so that nobody who writes notices another topology. */
export function answering(cell: string, topology: MimirTopology): Readonly<Record<keyof typeof ANSWERS, Answering>> {
  const single = { host: mimirName(cell), role: mimirRole(cell) };
  if (topology === "single") return { writes: single, reads: single, rules: single };
  return {
    writes: { host: mimirName(cell), role: microservicesRole(cell, ANSWERS.writes) },
    // Asked pod by pod: nobody needs a Service.
    rules: { host: mimirName(cell, ANSWERS.rules), role: microservicesRole(cell, ANSWERS.rules) },
    reads: { host: mimirName(cell, ANSWERS.reads), role: microservicesRole(cell, ANSWERS.reads) },
  };
}

/** Pods that answer, whichever topology is there: microservices before the single process that they take over from. */
export function answeringRoles(cell: string, what: keyof typeof ANSWERS): readonly [Role, Role] {
  return [answering(cell, "microservices")[what].role, answering(cell, "single")[what].role];
}
