import type { Role } from "../kit/labels";

export const GATEWAY: Role = { name: "gateway" };

/** Mimir of a cell. */
export function mimirRole(cell: string): Role {
  return { name: "mimir", instance: `mimir-${cell}` };
}
