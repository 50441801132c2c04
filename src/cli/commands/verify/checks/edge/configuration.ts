import { passed, pending, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { agentCommand } from "../../kubectl";
import { agentComparisons } from "../in-force";

export const configuration: Check<EdgeView> = {
  name: "configuration",
  proves: "every agent runs the configuration that was deployed",
  next: (edge) => agentCommand(edge, "logs --tail 20"),
  async run(edge) {
    const comparisons = await agentComparisons(edge);
    const behind = comparisons.flatMap((each) => each.behind);
    // Kubelet brings a changed ConfigMap into the pod within a minute or two, and the agent looks every 5 s.
    if (behind.length > 0) return pending(behind.join("; "));
    const intended = comparisons.map((each) => each.intended);
    return passed(
      intended.map((hash) => hash.slice(0, 8)).join(" "),
      `running ${intended.join(" and ")}, as deployed`,
    );
  },
};
