import { type Alertmanager, runningRules } from "@heliograph/heliograph/model";
import { request } from "../../../cluster/http";
import { plural } from "../../../ui/text";
import { type Check, failed, type Outcome, passed, pending, together } from "../check";
import { type Agent, agentCommand, type EdgeView } from "../edge";

/**
 * That the rules are those that were deployed is said by `configuration`, since both are loaded
 * together.
 */
export function edgeRules({ replicas }: Pick<Alertmanager, "replicas">): Check<EdgeView> {
  return {
    name: "rules",
    proves: "every agent evaluates its rules without an error, and tells every Alertmanager",
    next: (edge) => agentCommand(edge, "logs --tail 20"),
    async run({ agents }) {
      const judged = (await agents()).map(
        async (agent) => [agent.name, await judge(agent, replicas)] as const,
      );
      return together(await Promise.all(judged));
    },
  };
}

async function judge({ endpoint }: Agent, replicas: number): Promise<Outcome> {
  const [rules, told] = await Promise.all(
    ["rules", "alertmanagers"].map(
      async (what) => (await request({ ...endpoint, path: `/api/v1/${what}` })).body,
    ),
  );
  const { unhealthy, waiting } = runningRules(rules ?? "");
  const { data } = JSON.parse(told ?? "") as { data: { activeAlertmanagers: unknown[] } };
  const known = data.activeAlertmanagers.length;
  if (unhealthy.length > 0) return failed(`rules with errors: ${unhealthy.join("; ")}`);
  if (known < replicas) return pending(`tells ${known} of ${plural(replicas, "Alertmanager")}`);
  if (waiting > 0) return pending(`${plural(waiting, "rule")} not evaluated yet`);
  return passed("evaluated", `rules are evaluated, ${plural(replicas, "Alertmanager")} told`);
}
