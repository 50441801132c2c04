import { plural } from "../../../../ui/text";
import { failed, passed, pending, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { agentCommand } from "../../kubectl";
import { isStarting } from "../../starting";

export const agents: Check<EdgeView> = {
  name: "agents",
  proves: "as many agents are ready as there should be",
  next: (edge) => agentCommand(edge, "describe pods"),
  async run(edge) {
    const ready = (await edge.agents()).length;
    const wanted = edge.home?.agents ?? 1;
    const detail = `${ready} of ${plural(wanted, "agent")} ready`;
    if (ready >= wanted) return passed(`${ready} ready`, detail);
    return (await isStarting(edge)) ? pending(detail) : failed(detail);
  },
};
