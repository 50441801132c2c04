import { plural } from "../../../../ui/text";
import { failed, passed, pending, warning, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { collectorCommand } from "../../kubectl";

export const collectors: Check<EdgeView> = {
  name: "collectors",
  proves: "whatever sends logs and traces is ready, and runs the configuration that was deployed",
  next: (edge) => collectorCommand(edge, "describe pods"),
  async run(edge) {
    const deployed = await edge.collectors();
    if (deployed.length === 0)
      return warning(
        "none",
        "the hub takes logs and traces, and the edge has nothing that sends them",
        `npm run up -- ${edge.home?.stack ?? edge.name}`,
      );
    const missing = deployed
      .filter(({ pods }) => pods.length === 0)
      .map(({ name }) => `${name} has no pod`);
    if (missing.length > 0) return failed(missing.join("; "));
    const pods = deployed.flatMap((each) =>
      each.pods.map((pod) => ({ ...pod, intended: each.configHash })),
    );
    const behind = pods.flatMap(({ name, ready, configHash, intended }) => {
      if (!ready) return [`${name} is not ready`];
      // It reads its configuration at its start alone.
      return configHash === intended
        ? []
        : [`${name} runs ${configHash ?? "an unknown configuration"}, deployed is ${intended}`];
    });
    // One after the other is replaced.
    if (behind.length > 0) return pending(behind.join("; "));
    return passed(
      `${pods.length} ready`,
      `${plural(pods.length, "pod")} ready, with the deployed configuration`,
    );
  },
};
