import { plural } from "../../../../ui/text";
import { failed, passed, pending, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { globalQueryCommand } from "../../kubectl";

/** For edges that keep their metrics. */
export const inQuery: Check<EdgeView> = {
  name: "global query",
  proves: "the hub's global query is answered by the edge itself, which keeps its metrics",
  next: ({ hub }) => globalQueryCommand(hub, "logs --tail 20"),
  async run({ name, hub }) {
    const { query, endpoints } = await hub.globalQuery();
    const address = endpoints.edge(name);
    if (address === undefined)
      return failed(`${name} is not among those that are asked`, `npm run up -- ${hub.stack}`);
    const { value, warnings } = await query.number(address, `count(up{cluster="${name}"})`);
    if (value === undefined)
      return pending(`${name} does not answer: ${warnings[0] ?? "it has no targets"}`);
    return passed(plural(value, "target"), `${plural(value, "target")} by way of ${address}`);
  },
};
