import { RULES_INFO } from "../../../../../../components/rules/metrics";
import { plural } from "../../../../ui/text";
import { passed, pending, type Check } from "../../check";
import type { HubView } from "../../fleet";
import { globalQueryCommand } from "../../kubectl";

/** For hubs that have one. */
export const cellsInQuery: Check<HubView> = {
  name: "global query",
  proves: "the global query is answered by every cell",
  next: (hub) => globalQueryCommand(hub, "logs --tail 20"),
  async run(hub) {
    const { query, endpoints } = await hub.globalQuery();
    // What every cell has, whoever sends to it: its rules.
    const answers = endpoints.cells.map(async (address) => ({
      address,
      ...(await query.number(address, `count(${RULES_INFO})`)),
    }));
    const missing = (await Promise.all(answers)).filter(({ value }) => value === undefined);
    if (missing.length > 0)
      return pending(
        missing
          .map(({ address, warnings }) => `${address}: ${warnings[0] ?? "has no data"}`)
          .join("; "),
      );
    const cells = plural(endpoints.cells.length, "cell");
    return passed(cells, `${cells} answered: ${endpoints.cells.join(", ")}`);
  },
};
