import type { ScenarioContext } from "../context.js";
import { sinkUrl } from "./sink.js";

/** Receivers of the hub that call the lab's, as `hub.alerting.receivers` has them. */
export async function webhooks(
  lab: ScenarioContext,
  names: readonly string[],
): Promise<Record<string, object>> {
  for (const name of names) {
    const key = `heliograph:secrets.receivers["${name}"].webhook`;
    const set = ["config", "set", "--secret", "--path", key, sinkUrl(name), "--stack", "ops"];
    const { code, stderr } = await lab.pulumi(set);
    if (code !== 0) throw new Error(stderr);
  }
  return Object.fromEntries(names.map((name) => [name, { webhook: {} }]));
}
