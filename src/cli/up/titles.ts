import { plural } from "../ui/text";
import type { Pass } from "./plan";

/** What a pass does, in a line. */
export function titleOf(pass: Pass): string {
  switch (pass.kind) {
    case "ask":
      return `${list(pass.stacks)}: make a key and ask for a certificate`;
    case "hand over":
      return `Pulumi.${pass.hub}.yaml: takes the ${Object.keys(pass.requests).length === 1 ? "request" : "requests"} of ${list(Object.keys(pass.requests))}`;
    case "hub":
      return pass.signs.length === 0
        ? `${pass.stacks[0]}: the hub`
        : `${pass.stacks[0]}: the hub, which signs for ${list(pass.signs)}`;
    case "edges":
      return `${list(pass.stacks)}: ${plural(pass.stacks.length, "edge")} of ${pass.environment}`;
  }
}

function list(names: readonly string[]): string {
  return names.join(", ");
}
