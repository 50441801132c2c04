import { type AlertmanagerConfig, alertmanagerConfig } from "@heliograph/heliograph/model";
import { pasteLines, setSecret } from "../../config/notation";
import type { Hub } from "../hub";
import { Failure } from "../ui/failure";

/** The configuration of a hub's own Alertmanagers. Throws where it has none, with the lines. */
export function configurationOf({ stack, section, model }: Hub): AlertmanagerConfig {
  if (model.alertmanager) return alertmanagerConfig(model.alertmanager);
  const { alertmanagers } = section.alerting;
  const elsewhere = alertmanagers.join(", ");
  const lines = pasteLines(["hub", "alerting"], {
    receivers: { "on-call": { slack: { channel: "#alerts" } } },
    routes: [{ receiver: "on-call" }],
  });
  throw new Failure(
    alertmanagers.length > 0
      ? `The hub of stack ${stack} sends its alerts to ${elsewhere}, whose routes are not here.`
      : `The hub of stack ${stack} tells nobody: it has no receivers, so alerts are only stored.`,
    `For Alertmanagers of its own, add to Pulumi.${stack}.yaml, in config:\n\n` +
      `${lines.trimEnd()}\n\nand set the secret:\n\n` +
      setSecret(["receivers", "on-call", "slack"], "https://hooks.slack.com/services/..."),
  );
}

const TITLES: Readonly<Record<string, string>> = {
  slack_configs: "Slack",
  pagerduty_configs: "PagerDuty",
  opsgenie_configs: "Opsgenie",
  msteamsv2_configs: "Teams",
  email_configs: "mail",
  webhook_configs: "webhook",
};

/** How a receiver tells people. Empty for one that tells nobody. */
export function waysOf({ receivers }: AlertmanagerConfig, name: string): string[] {
  const receiver = receivers.find((each) => each.name === name);
  return Object.keys(receiver ?? {}).flatMap((key) => TITLES[key] ?? []);
}
