import type { ScenarioContext } from "../context.js";
import { sinkUrl } from "./sink.js";

/** Receivers of the hub that call the lab's, as `hub.alerting.receivers` has them. */
export async function webhooks(
  lab: ScenarioContext,
  names: readonly string[],
): Promise<Record<string, object>> {
  for (const name of names) await setReceiverSecret(lab, name, "webhook", sinkUrl(name));
  return Object.fromEntries(names.map((name) => [name, { webhook: {} }]));
}

export async function setReceiverSecret(
  lab: ScenarioContext,
  receiver: string,
  kind: "webhook" | "email",
  secret: string,
): Promise<void> {
  const key = `heliograph:secrets.receivers["${receiver}"].${kind}`;
  const set = ["config", "set", "--secret", "--path", key, secret, "--stack", "ops"];
  const { code, stderr } = await lab.pulumi(set);
  if (code !== 0) throw new Error(stderr);
}
