import { passed, pending, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { agentCommand } from "../../kubectl";
import { agentComparison } from "../in-force";

export const configuration: Check<EdgeView> = {
  name: "configuration",
  proves: "the agent runs the configuration that was deployed",
  next: (edge) => agentCommand(edge, "logs --tail 20"),
  async run(edge) {
    const { intended, behind } = await agentComparison(edge);
    // Kubelet brings a changed ConfigMap into the pod within a minute or two, and the agent looks every 5 s.
    if (behind.length > 0) return pending(behind.join("; "));
    return passed(intended.slice(0, 8), `the agent runs ${intended}, as deployed`);
  },
};
