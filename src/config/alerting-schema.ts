import { z } from "zod";
import {
  alertingFields,
  alertmanagerFields,
  deadMansSwitchFields,
  described,
  mapOf,
  RECEIVER_SECRETS,
  type ReceiverKind,
  receiverFields,
  routingFields,
  sendResolvedField,
  text,
} from "@heliograph/heliograph/model";

const TITLES = {
  slack: "A Slack channel, through an incoming webhook",
  pagerDuty: "A service of PagerDuty",
  opsgenie: "An integration of Opsgenie",
  teams: "A channel of Microsoft Teams, through a workflow",
  email: "Mail",
  webhook: "Whoever takes Alertmanager's own format",
} as const satisfies Readonly<Record<ReceiverKind, string>>;

const EXAMPLES = {
  slack: { channel: "#alerts" },
  pagerDuty: {},
  opsgenie: {},
  teams: {},
  email: {
    to: ["on-call@example.com"],
    from: "alerts@example.com",
    smarthost: "smtp.example.com:587",
  },
  webhook: {},
} as const satisfies Readonly<Record<ReceiverKind, object>>;

/** What a receiver consists of. Its secret is in the secret section, or in a Secret. */
function kind<K extends ReceiverKind>(name: K) {
  const from = `${RECEIVER_SECRETS[name]}From`;
  return described(
    z.strictObject(receiverFields[name]).optional(),
    `${TITLES[name]}. Its secret is in \`heliograph:secrets\` \`receivers.<name>.${name}\`, unless ` +
      `\`${from}\` is given. Defaults to none.`,
    EXAMPLES[name],
  );
}

const receiver = described(
  z.strictObject({
    sendResolved: sendResolvedField,
    slack: kind("slack"),
    pagerDuty: kind("pagerDuty"),
    opsgenie: kind("opsgenie"),
    teams: kind("teams"),
    email: kind("email"),
    webhook: kind("webhook"),
  }),
  "Whom routes send alerts to",
  { slack: { channel: "#alerts" } },
);

export const alerting = described(
  z
    .strictObject({
      receivers: described(
        mapOf(receiver).default({}),
        "Whom alerts go to, by name. With a receiver the hub has Alertmanagers of its own.",
        { "on-call": { pagerDuty: {} } },
      ),
      ...routingFields,
      alertmanager: described(
        z.strictObject(alertmanagerFields).optional(),
        "The hub's own Alertmanagers, if there are receivers",
        { externalUrl: "https://alerts.example.com" },
      ),
      ...alertingFields,
      deadMansSwitch: described(
        z.strictObject(deadMansSwitchFields).optional(),
        "A dead man's switch, which calls the address in `heliograph:secrets` `deadMansSwitch` for " +
          "as long as metrics arrive and alerts are evaluated. Defaults to none.",
        { everySeconds: 60 },
      ),
    })
    .prefault({}),
  "Where the hub sends alerts. Defaults to nowhere: they are only stored.",
  { deadMansSwitch: { everySeconds: 60 } },
);

/** What tells the alerts of an edge that keeps its metrics. */
export const edgeAlerting = described(
  z
    .strictObject({
      enabled: described(
        z.boolean().default(true),
        "Whether the edge evaluates rules over the metrics that it keeps, and tells alerts by " +
          "itself",
        false,
        "true or false",
      ),
      receivers: described(
        mapOf(receiver).default({}),
        "Whom alerts go to, by name. Defaults to the receivers and routes of the hub, as far as " +
          "they are for this edge.",
        { "on-call": { pagerDuty: {} } },
      ),
      ...routingFields,
      alertmanager: described(
        z.strictObject(alertmanagerFields).optional(),
        "The edge's own Alertmanagers",
        { externalUrl: "https://alerts.dev.example.com" },
      ),
    })
    .optional(),
  "The edge's own alerts, if it keeps its metrics. Defaults to those of its hub, which are told by " +
    "Alertmanagers of the edge, also while the hub is away.",
  { enabled: false },
);

export type EdgeAlertingSection = NonNullable<z.output<typeof edgeAlerting>>;

/** The part of the secret section that is that of receivers. */
export const receiverSecrets = described(
  mapOf(
    described(
      z.strictObject({
        slack: text("Address of the incoming webhook", "https://...").optional(),
        pagerDuty: text("Integration key of the service", "...").optional(),
        opsgenie: text("API key of the integration", "...").optional(),
        teams: text("Address of the workflow that posts to the channel", "https://...").optional(),
        email: text("Password of the user", "...").optional(),
        webhook: text("Address that is called with POST", "https://...").optional(),
      } satisfies Readonly<Record<ReceiverKind, z.ZodType>>),
      "Secrets of a receiver",
      { slack: "https://..." },
    ),
  ).default({}),
  "Secrets of receivers, by the name of the receiver",
  { "on-call": { pagerDuty: "..." } },
);

export type AlertingSection = z.output<typeof alerting>;
export type ReceiverSecrets = z.output<typeof receiverSecrets>;
