import type { Pass } from "./plan";

/** What a pass does, in a line. */
export function titleOf(pass: Pass): string {
  switch (pass.kind) {
    case "ask":
      return `new keys, and requests for certificates: ${list(pass.stacks)}`;
    case "hand over":
      return `into Pulumi.${pass.hub}.yaml: the requests of ${list(Object.keys(pass.requests))}`;
    case "hub":
      return pass.signs.length === 0
        ? `hub: ${pass.stacks[0]}`
        : `hub: ${pass.stacks[0]}, which signs for ${list(pass.signs)}`;
    case "edges":
      return `edges of ${pass.environment}: ${list(pass.stacks)}`;
    case "verify":
      return `verify ${pass.environment}: ${list(pass.edges)}`;
  }
}

function list(names: readonly string[]): string {
  return names.join(", ");
}
