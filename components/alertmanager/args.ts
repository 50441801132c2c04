/* eslint-disable @typescript-eslint/no-explicit-any -- elsewhere there is no `unknown` */
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, mapOf, name, period, port, quantity, text, whole } from "../kit/fields";
import type { ComponentPodsArgs } from "../kit/pods";
import { CALLED_URL, CALLED_URL_EXPECTED } from "../kit/urls";

/** The Alertmanagers of a hub or of an edge, which send alerts to receivers. */
export interface AlertmanagerArgs {
  /**
   * Number of pods, 1 to 9. Each of them gets every alert, and one of them sends it. At the hub it
   * defaults to 3, so that one serves while another is replaced and a third fails; to 1 if every
   * cell stores its metrics with the topology `single`. At an edge it defaults to 2.
   */
  replicas?: number;
  /**
   * Address at which people reach Alertmanager, for the links in notifications. Defaults to its
   * address in the cluster.
   */
  externalUrl?: pulumi.Input<string>;
  /** Storage class of the disks for silences. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk of each pod, for silences and for what was sent already, as a Kubernetes quantity.
   * Defaults to `1Gi`: each of a thousand silences takes less than 1 KiB.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * Settings of Alertmanager that Heliograph has no argument for, in its own format, e.g. `global`.
   * They are merged last into its configuration: maps by key, lists are appended. Routes,
   * receivers, templates and time intervals are rejected, because they have arguments. Defaults to
   * none.
   */
  extraConfig?: Record<string, any>;
  /**
   * Placement and resources of its pods, in addition to `pods` of the hub or of the edge. Defaults
   * to none.
   */
  pods?: ComponentPodsArgs;
}

/** A key of an existing Secret in the namespace of the Alertmanagers. */
export interface ReceiverSecretArgs {
  /** Name of the Secret. */
  secret: string;
  /** Key of the Secret that has the value. */
  key: string;
}

/** A Slack channel, through an incoming webhook. Exactly one of `url` and `urlFrom` is required. */
export interface SlackReceiverArgs {
  /** Channel or user, e.g. `#alerts`. Defaults to the channel of the webhook. */
  channel?: string;
  /** Secret: address of the incoming webhook. */
  url?: pulumi.Input<string>;
  /** An existing Secret with that address. */
  urlFrom?: ReceiverSecretArgs;
}

/** A service of PagerDuty. Exactly one of `routingKey` and `routingKeyFrom` is required. */
export interface PagerDutyReceiverArgs {
  /**
   * Address of the Events API. Defaults to PagerDuty's own,
   * `https://events.pagerduty.com/v2/enqueue`.
   */
  apiUrl?: string;
  /** Secret: integration key of the service, for the Events API v2. */
  routingKey?: pulumi.Input<string>;
  /** An existing Secret with that key. */
  routingKeyFrom?: ReceiverSecretArgs;
}

/** An integration of Opsgenie. Exactly one of `apiKey` and `apiKeyFrom` is required. */
export interface OpsgenieReceiverArgs {
  /**
   * Address of the API, e.g. `https://api.eu.opsgenie.com/`. Defaults to
   * `https://api.opsgenie.com/`.
   */
  apiUrl?: string;
  /** Secret: API key of the integration. */
  apiKey?: pulumi.Input<string>;
  /** An existing Secret with that key. */
  apiKeyFrom?: ReceiverSecretArgs;
}

/**
 * A channel of Microsoft Teams, through a workflow. Exactly one of `url` and `urlFrom` is required.
 */
export interface TeamsReceiverArgs {
  /** Secret: address of the workflow that posts to the channel. */
  url?: pulumi.Input<string>;
  /** An existing Secret with that address. */
  urlFrom?: ReceiverSecretArgs;
}

/** Mail. The connection to the mail server has to be encrypted, by STARTTLS or from its start. */
export interface EmailReceiverArgs {
  /** Addresses that get the mail, at least one. */
  to: string[];
  /** Address that sends the mail. */
  from: string;
  /** Host and port of the mail server. From the start, port 465 is encrypted. */
  smarthost: string;
  /**
   * Certificates (PEM) of the CAs that may have signed that of the mail server, for a server of
   * one's own. Defaults to the CAs that the image trusts.
   */
  caCertificate?: string;
  /** User at the mail server. Defaults to none: the server takes mail without. */
  username?: string;
  /** Secret: password of the user. Required with `username`, unless `passwordFrom` is given. */
  password?: pulumi.Input<string>;
  /** An existing Secret with that password. */
  passwordFrom?: ReceiverSecretArgs;
}

/** Whoever takes Alertmanager's own format. Exactly one of `url` and `urlFrom` is required. */
export interface WebhookReceiverArgs {
  /**
   * Port of the address, 1 to 65535, for network policies. Defaults to that of `url`, and with
   * `urlFrom` to 443.
   */
  port?: number;
  /** Secret: address that is called with POST. */
  url?: pulumi.Input<string>;
  /** An existing Secret with that address. */
  urlFrom?: ReceiverSecretArgs;
}

/**
 * Whom routes send alerts to: all of what is given here, at least one. The key in `receivers` is
 * its name.
 *
 * Except for secrets, it must be known at preview, because it is checked there.
 */
export interface AlertReceiverArgs {
  /** Whether the end of an alert is told, too. Defaults to true. */
  sendResolved?: boolean;
  /** A Slack channel. Defaults to none. */
  slack?: SlackReceiverArgs;
  /** A service of PagerDuty. Defaults to none. */
  pagerDuty?: PagerDutyReceiverArgs;
  /** An integration of Opsgenie. Defaults to none. */
  opsgenie?: OpsgenieReceiverArgs;
  /** A channel of Microsoft Teams. Defaults to none. */
  teams?: TeamsReceiverArgs;
  /** Mail. Defaults to none. */
  email?: EmailReceiverArgs;
  /** Whoever takes Alertmanager's own format. Defaults to none. */
  webhook?: WebhookReceiverArgs;
}

/**
 * A route within a route. It takes the alerts for which everything holds that is given: one of the
 * `tenants`, one of the `environments`, and so on.
 */
export interface AlertSubrouteArgs {
  /**
   * Name of the receiver, a key of `receivers`, or `nobody`. Defaults to that of the route around
   * it. A route that is in no other one requires it.
   */
  receiver?: string;
  /** Tenants, keys of the hub's `tenants`: the label `tenant_id`. Defaults to any. */
  tenants?: string[];
  /** Environments of edges: the label `environment`. Defaults to any. */
  environments?: string[];
  /** Values of the label `severity`, e.g. `critical`. Defaults to any. */
  severities?: string[];
  /** Values of the label `team`. Defaults to any. */
  teams?: string[];
  /** Edges, keys of the hub's `edges`: the label `cluster`. Defaults to any. */
  clusters?: string[];
  /** Names of alerts, the label `alertname`. Defaults to any. */
  alerts?: string[];
  /** Conditions on other labels in Alertmanager's format, e.g. `namespace=~"shop-.*"`. All hold. */
  matchers?: string[];
  /**
   * Labels by which alerts are put into one notification; `...` alone for all labels. Defaults to
   * those of the route around it, and there to `cluster`, `environment`, `tenant_id` and
   * `alertname`.
   */
  groupBy?: string[];
  /**
   * How long the first alert of a group waits for others, as a duration. Defaults to that of the
   * route around it, and there to `10s`.
   */
  groupWait?: string;
  /**
   * How long a group waits that has changed since it was sent, as a duration. Defaults to that of
   * the route around it, and there to `5m`.
   */
  groupInterval?: string;
  /**
   * How long it takes until an unchanged group is sent again, as a duration of at most `5d`.
   * Defaults to that of the route around it, and there to `4h`.
   */
  repeatInterval?: string;
  /** Whether the routes after it see the alert, too. Defaults to false. */
  continue?: boolean;
  /** Time intervals, keys of `timeIntervals`, in which it sends nothing. Defaults to none. */
  muteTimeIntervals?: string[];
  /**
   * Time intervals, keys of `timeIntervals`, outside of which it sends nothing. It takes alerts all
   * the same: what nobody else is told needs `continue`. Defaults to always.
   */
  activeTimeIntervals?: string[];
}

/** A route: which alerts go to which receiver. The first route that fits takes an alert. */
export interface AlertRouteArgs extends AlertSubrouteArgs {
  /**
   * Routes within it, in the order in which alerts are offered to them. What none of them takes
   * goes to its own receiver. Defaults to none.
   */
  routes?: AlertSubrouteArgs[];
}

/** Hours of a day. A range over midnight is two. */
export interface AlertTimeRangeArgs {
  /** The first minute, e.g. `09:00`. */
  start: string;
  /** The minute that is no longer part of it, e.g. `17:00`; `24:00` for the end of the day. */
  end: string;
}

/** Times for which everything holds that is given. */
export interface AlertTimeIntervalArgs {
  /** Hours of the day. Defaults to the whole day. */
  times?: AlertTimeRangeArgs[];
  /** Days of the week, or ranges of them, e.g. `monday:friday`. Defaults to all. */
  weekdays?: string[];
  /** Days of the month, or ranges of them, e.g. `1:7`; -1 is the last. Defaults to all. */
  daysOfMonth?: string[];
  /** Months, or ranges of them, e.g. `december`. Defaults to all. */
  months?: string[];
  /** Years, or ranges of them, e.g. `2026:2027`. Defaults to all. */
  years?: string[];
  /** Time zone of the times, e.g. `Europe/Berlin`. Defaults to `UTC`. */
  timeZone?: string;
}

/** While an alert fires that is a source, no target is sent that has the same labels `equal`. */
export interface AlertInhibitionArgs {
  /** Conditions on the alert that mutes, e.g. `alertname="NetworkDown"`. At least one; all hold. */
  sourceMatchers: string[];
  /** Conditions on the alerts that are muted. At least one; all hold. */
  targetMatchers: string[];
  /** Labels that both have alike, e.g. `cluster`. Defaults to none. */
  equal?: string[];
}

const url = (what: string, example: string) =>
  described(z.string().regex(CALLED_URL), what, example, CALLED_URL_EXPECTED);

/** Limits of the fields of Alertmanagers. */
export const alertmanagerFields = {
  replicas: whole(
    "Number of pods. Each of them gets every alert, and one of them sends it. Defaults to 3 at the " +
      "hub, or to 1 if every cell stores its metrics with the topology single; to 2 at an edge.",
    [1, 9],
    3,
  ).optional(),
  externalUrl: url(
    "Address at which people reach Alertmanager, for the links in notifications. Defaults to its " +
      "address in the cluster.",
    "https://alerts.example.com",
  ).optional(),
  storageClass: text(
    "Storage class of the disks for silences. Defaults to the cluster's default class.",
    "managed-csi-premium",
  ).optional(),
  diskSize: quantity("Disk of each pod, for silences and for what was sent already", "1Gi").default(
    "1Gi",
  ),
  extraConfig: described(
    z.record(z.string(), z.unknown()).optional(),
    "Settings of Alertmanager in its own format, merged last into its configuration. Routes, " +
      "receivers, templates and time intervals are rejected. Defaults to none.",
    { global: { resolve_timeout: "10m" } },
    "a map",
  ),
};

/** What a Secret of Kubernetes may be called, and a key in it. */
const SECRET_NAME = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]+$/;

const secretKey = (what: string) =>
  described(
    z
      .strictObject({
        secret: described(
          z.string().regex(SECRET_NAME),
          "Name of the Secret",
          "receivers",
          "lower-case letters, digits, `-` and `.`",
        ),
        key: described(
          z.string().regex(SECRET_KEY),
          "Key of the Secret that has the value",
          "url",
          "letters, digits, `-`, `_` and `.`",
        ),
      })
      .optional(),
    `An existing Secret of the Alertmanagers' namespace, with ${what}`,
    { secret: "receivers", key: "slack" },
    "a Secret and its key",
  );

const PEM_CERTIFICATES =
  /^\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;
const MAIL = /^[^\s@<>,"]+@[^\s@<>,"]+$/;
const mail = (what: string, example: string) =>
  described(z.string().regex(MAIL), what, example, "an address as alerts@example.com");

/** Limits of the fields of a receiver, by what it consists of. Its secrets are not among them. */
export const receiverFields = {
  slack: {
    channel: described(
      z
        .string()
        .regex(/^[#@]\S+$/)
        .optional(),
      "Channel or user. Defaults to the channel of the webhook.",
      "#alerts",
      "a name that starts with # or @",
    ),
    urlFrom: secretKey("the address of the incoming webhook"),
  },
  pagerDuty: {
    apiUrl: url(
      "Address of the Events API. Defaults to PagerDuty's own.",
      "https://events.eu.pagerduty.com/v2/enqueue",
    ).optional(),
    routingKeyFrom: secretKey("the integration key of the service"),
  },
  opsgenie: {
    apiUrl: url(
      "Address of the API. Defaults to Opsgenie's own.",
      "https://api.eu.opsgenie.com/",
    ).optional(),
    apiKeyFrom: secretKey("the API key of the integration"),
  },
  teams: { urlFrom: secretKey("the address of the workflow that posts to the channel") },
  email: {
    to: described(
      z.array(mail("An address that gets the mail", "on-call@example.com")).min(1),
      "Addresses that get the mail",
      ["on-call@example.com"],
      "a list of at least one",
    ),
    from: mail("Address that sends the mail", "alerts@example.com"),
    smarthost: described(
      z.string().regex(/^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?:[1-9]\d{0,4}$/),
      "Host and port of the mail server. Its connection is encrypted.",
      "smtp.example.com:587",
      "a host and a port",
    ),
    caCertificate: described(
      z.string().regex(PEM_CERTIFICATES).optional(),
      "Certificates (PEM) of the CAs that may have signed that of the mail server. Defaults to the " +
        "CAs that the image trusts.",
      "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n",
      "certificates in PEM, and nothing else",
    ),
    username: text(
      "User at the mail server. Defaults to none: the server takes mail without.",
      "alerts",
    ).optional(),
    passwordFrom: secretKey("the password of the user"),
  },
  webhook: {
    port: port(
      "Port of the address, for network policies. Defaults to that of the address, and with " +
        "`urlFrom` to 443.",
      8080,
    ).optional(),
    urlFrom: secretKey("the address that is called with POST"),
  },
};

/** What a receiver consists of. */
export type ReceiverKind = keyof typeof receiverFields;
export const RECEIVER_KINDS = Object.keys(receiverFields) as ReceiverKind[];

/** The field of each that is secret. With `From` behind it: the field that refers to a Secret. */
export const RECEIVER_SECRETS = {
  slack: "url",
  pagerDuty: "routingKey",
  opsgenie: "apiKey",
  teams: "url",
  email: "password",
  webhook: "url",
} as const satisfies Readonly<Record<ReceiverKind, string>>;

const called = described(
  z.string().regex(CALLED_URL),
  "The address",
  "https://...",
  CALLED_URL_EXPECTED,
);
const line = described(z.string().regex(/^\S[^\n]*$/), "The secret", "...", "one line of text");

/** Limits of those secrets. */
export const receiverSecretFields = {
  slack: called,
  pagerDuty: line,
  opsgenie: line,
  teams: called,
  email: line,
  webhook: called,
} as const satisfies Readonly<Record<ReceiverKind, z.ZodType>>;

export const sendResolvedField = described(
  z.boolean().default(true),
  "Whether the end of an alert is told, too",
  false,
  "true or false",
);

/** A text without quotes and line breaks: it stands between quotes in a matcher. */
const values = (what: string, example: string) =>
  described(
    z
      .array(described(z.string().regex(/^[^"\\\n]+$/), "A value", example))
      .min(1)
      .optional(),
    `${what}. Defaults to any.`,
    [example],
    "a list of at least one text",
  );

const MATCHER = /^[a-zA-Z_]\w*(=|!=|=~|!~)"((?:[^"\\\n]|\\.)*)"$/;
const MATCHER_EXPECTED = 'a label, one of = != =~ !~, and a value in quotes, as in team="shop"';

const isMatcher = (matcher: string) => {
  const [, operator = "", value = ""] = MATCHER.exec(matcher) ?? [];
  if (operator === "") return false;
  try {
    return !operator.includes("~") || Boolean(new RegExp(value.replaceAll("\\\\", "\\")));
  } catch {
    return false;
  }
};

const matchers = (what: string, example: string) =>
  described(
    z.array(described(z.string().refine(isMatcher), "A condition", example, MATCHER_EXPECTED)),
    what,
    [example],
    "a list of conditions",
  );

const labels = (what: string, example: readonly string[]) =>
  described(
    z.array(
      described(
        z.string().regex(/^([a-zA-Z_]\w*|\.\.\.)$/),
        "A label",
        example[0],
        "letters, digits and _",
      ),
    ),
    what,
    example,
    "a list of labels",
  );

const intervalNames = (what: string) =>
  described(
    z.array(name("A time interval, one of `timeIntervals`", "nights")).default([]),
    what,
    ["nights"],
    "a list of names",
  );

/** Limits of the fields of a route within a route. */
export const subrouteFields = {
  receiver: name(
    "Receiver, one of `receivers`, or nobody. Defaults to that of the route around it.",
    "on-call",
  ).optional(),
  tenants: values("Tenants, keys of `tenants`: the label `tenant_id`", "dev"),
  environments: values("Environments of edges: the label `environment`", "prd"),
  severities: values("Values of the label `severity`", "critical"),
  teams: values("Values of the label `team`", "shop"),
  clusters: values("Edges, keys of `edges`: the label `cluster`", "prd-eu"),
  alerts: values("Names of alerts, the label `alertname`", "NodeDown"),
  matchers: matchers(
    "Conditions on other labels in Alertmanager's format. All hold.",
    'namespace=~"shop-.*"',
  ).default([]),
  groupBy: labels(
    "Labels by which alerts are put into one notification. Defaults to cluster, environment, " +
      "tenant_id and alertname.",
    ["cluster", "alertname"],
  )
    .min(1)
    .optional(),
  groupWait: period(
    "How long the first alert of a group waits for others. Defaults to 10s.",
    "30s",
  ).optional(),
  groupInterval: period(
    "How long a group waits that has changed since it was sent. Defaults to 5m.",
    "1m",
  ).optional(),
  repeatInterval: period(
    "How long it takes until an unchanged group is sent again, at most 5d. Defaults to 4h.",
    "12h",
  ).optional(),
  continue: described(
    z.boolean().default(false),
    "Whether the routes after it see the alert, too",
    true,
    "true or false",
  ),
  muteTimeIntervals: intervalNames("Time intervals in which it sends nothing"),
  activeTimeIntervals: intervalNames(
    "Time intervals outside of which it sends nothing, while it takes alerts all the same. " +
      "Defaults to always.",
  ),
};

const routes = <T extends z.ZodType>(route: T, what: string) =>
  described(
    z.array(route).default([]),
    what,
    [{ severities: ["critical"], receiver: "on-call" }],
    "a list of routes",
  );

const route = z.strictObject({
  ...subrouteFields,
  routes: routes(
    z.strictObject(subrouteFields),
    "Routes within it. What none of them takes goes to its own receiver.",
  ),
});

const CLOCK = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const clock = (what: string, example: string) =>
  described(z.string().regex(CLOCK), what, example, "hours and minutes, e.g. 09:00");

const DAY = "(sunday|monday|tuesday|wednesday|thursday|friday|saturday)";
const MONTH =
  "(january|february|march|april|may|june|july|august|september|october|november|december|1[0-2]|[1-9])";
const ranges = (what: string, one: string, example: string) =>
  described(
    z.array(
      described(
        z.string().regex(new RegExp(`^${one}(:${one})?$`)),
        "One, or a range of them",
        example,
        `one, or a range as ${example}`,
      ),
    ),
    `${what}. Defaults to all.`,
    [example],
    "a list",
  ).optional();

const isTimeZone = (zone: string) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

const timeInterval = z.strictObject({
  times: described(
    z
      .array(
        described(
          z
            .strictObject({
              start: clock("The first minute", "09:00"),
              end: clock("The minute that is no longer part of it", "17:00"),
            })
            .refine(({ start, end }) => start < end),
          "Hours of a day",
          { start: "09:00", end: "17:00" },
          "a start before its end: a range over midnight is two, until 24:00 and from 00:00",
        ),
      )
      .optional(),
    "Hours of the day. Defaults to the whole day.",
    [{ start: "09:00", end: "17:00" }],
    "a list of starts and ends",
  ),
  weekdays: ranges("Days of the week", DAY, "monday:friday"),
  daysOfMonth: ranges("Days of the month, -1 is the last", "(-?([12]\\d|3[01]|[1-9]))", "1:7"),
  months: ranges("Months", MONTH, "december"),
  years: ranges("Years", "(20\\d\\d)", "2026:2027"),
  timeZone: described(
    z.string().refine(isTimeZone).default("UTC"),
    "Time zone of the times",
    "Europe/Berlin",
    "a name of the time zone database",
  ),
});

const inhibition = z.strictObject({
  sourceMatchers: matchers("Conditions on the alert that mutes", 'alertname="NetworkDown"').min(1),
  targetMatchers: matchers("Conditions on the alerts that are muted", 'severity="warning"').min(1),
  equal: labels("Labels that both have alike. Defaults to none.", ["cluster"]).default([]),
});

/** Limits of what decides who gets which alert. */
export const routingFields = {
  testReceiver: name(
    "Receiver, one of `receivers`, that gets the test alerts of `verify`: one for each tenant " +
      "whenever somebody verifies. Defaults to none: `verify` sends no alert.",
    "tests",
  ).optional(),
  routes: routes(
    route,
    "Routes, in the order in which alerts are offered to them. The last one takes what is left.",
  ),
  timeIntervals: described(
    mapOf(
      described(z.array(timeInterval).min(1), "Times, any of which hold", [], "a list"),
    ).default({}),
    "Times by name, for `muteTimeIntervals` and `activeTimeIntervals` of routes",
    { nights: [{ times: [{ start: "00:00", end: "07:00" }], timeZone: "Europe/Berlin" }] },
    "times by name",
  ),
  inhibitions: described(
    z.array(inhibition).default([]),
    "Alerts that mute others, in addition to Heliograph's own: a silent edge mutes the alerts of " +
      "its cluster, an alert that is critical mutes the same that is a warning, and a label " +
      'maintenance="true" mutes what is not critical',
    [
      {
        sourceMatchers: ['alertname="NetworkDown"'],
        targetMatchers: ['severity="warning"'],
        equal: ["cluster"],
      },
    ],
    "a list",
  ),
};
