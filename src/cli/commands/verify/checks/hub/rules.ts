import { plural } from "../../../../ui/text";
import { failed, passed, pending, warning, type Check } from "../../check";
import type { HubView } from "../../fleet";
import { mimirCommand } from "../../kubectl";
import { rulesOf } from "../in-force";

/** It fires always: that it does not is worth a word, that it does is not. */
const WATCHDOG = "Watchdog";

export const rules: Check<HubView> = {
  name: "alerts",
  proves:
    "the rules that were deployed are evaluated in every cell, and nothing but the watchdog fires",
  next: (hub) => mimirCommand(hub, hub.cells[0] ?? "main", "logs --tail 20"),
  async run(hub) {
    const states = await Promise.all(
      hub.cells.map(async (cell) => ({ cell, ...(await rulesOf(hub, cell)) })),
    );
    // Kubelet brings a changed ConfigMap into the pod within a minute or two, and the ruler looks every 15 s.
    const behind = states.flatMap(({ cell, hash, intended }) =>
      hash === intended
        ? []
        : [`cell ${cell}: rules ${hash ?? "of somebody else"}, deployed is ${intended}`],
    );
    if (behind.length > 0) return pending(behind.join("; "));
    const unhealthy = states.flatMap((state) => state.unhealthy);
    if (unhealthy.length > 0) return failed(`not evaluated: ${unhealthy.join("; ")}`);
    const firing = states.flatMap((state) => state.firing);
    if (!states.every((state) => state.firing.some(({ alertname }) => alertname === WATCHDOG)))
      return pending("the watchdog does not fire: no evaluation yet");
    const alarms = [...new Set(firing.map(describe))].filter((alarm) => alarm !== WATCHDOG).sort();
    if (alarms.length > 0)
      return warning(
        `${alarms.length} firing`,
        alarms.join("; "),
        "docs/runbooks.md says of each alert what to do",
      );
    const count = plural(Math.max(...states.map(({ alerts }) => alerts)), "rule");
    return passed(count, `${count} in force, none fires`);
  },
};

/** `EdgeSilent dev`: the alert, and what it is about. */
function describe({
  alertname = "",
  cluster,
  edge,
  certificate,
  pod,
  operation,
}: Readonly<Record<string, string>>): string {
  return [alertname, certificate, cluster ?? edge ?? pod ?? operation].filter(Boolean).join(" ");
}
