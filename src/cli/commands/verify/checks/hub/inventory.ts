import { isDeepStrictEqual } from "node:util";
import type { HubContract, HubContractEdge } from "../../../../../../components/contract/hub";
import type { HubSection } from "../../../../../config/hub-schema";
import { factsOf } from "../../../../../stacks/inventory";
import { plural } from "../../../../ui/text";
import { failed, passed, type Check } from "../../check";
import type { HubView } from "../../fleet";

/** What of a hub's section its inventory is made of. */
type Wanted = Pick<HubSection, "cells" | "tenants" | "edges">;

/** `wanted`: as the stack file has it. */
export function inventory(wanted: Wanted): Check<HubView> {
  return {
    name: "inventory",
    proves: "the inventory in the stack file is the one that is deployed",
    next: ({ stack }) => `npm run up -- ${stack}`,
    async run({ stack, contract }) {
      const differences = inventoryDifferences(wanted, contract.edges);
      if (differences.length > 0)
        return failed(`Pulumi.${stack}.yaml has not been brought up: ${differences.join("; ")}`);
      const edges = plural(Object.keys(contract.edges).length, "edge");
      return passed(edges, `${edges}, deployed as in Pulumi.${stack}.yaml`);
    },
  };
}

/** One line for each edge whose entry in the stack file is not what the hub was deployed with. */
export function inventoryDifferences(file: Wanted, deployed: HubContract["edges"]): string[] {
  const names = [...new Set([...Object.keys(file.edges), ...Object.keys(deployed)])].sort();
  return names.flatMap((name) => {
    const [wanted, found] = [file.edges[name], deployed[name]];
    if (!found) return [`${name} is not deployed yet`];
    if (!wanted) return [`${name} is deployed, but not in the file any more`];
    const fields = entryDifferences(file, wanted, found);
    return fields.length === 0 ? [] : [`${name} differs in ${fields.join(", ")}`];
  });
}

function entryDifferences(
  file: Wanted,
  wanted: Wanted["edges"][string],
  found: HubContractEdge,
): string[] {
  const facts = Object.entries(factsOf(file, wanted)).filter(
    ([field, value]) => !isDeepStrictEqual(found[field as keyof typeof found], value),
  );
  const revoked = wanted.revoked !== (found.state === "revoked");
  return [...facts.map(([field]) => field), ...(revoked ? ["revoked"] : [])];
}
