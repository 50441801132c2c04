import { checksum } from "../kit/checksum";
import { merged } from "../kit/extra-config";
import { toYaml } from "../kit/yaml";
import { quoted } from "../rules/promql";
import { WATCHDOG } from "../rules/rule-file";
import { RECEIVER_SECRETS, type ReceiverKind } from "./args";
import {
  CONDITION_LABELS,
  CONDITIONS,
  GROUPING_DEFAULTS,
  NOBODY,
  type Alertmanager,
  type AlertReceiver,
  type AlertRoute,
  type AlertTimes,
} from "./model";
import { LINKS, silenceLink, templated, templateFile } from "./templates";
import type { AlertmanagerConfig, InhibitRule, Receiver, Route, TimeInterval } from "./upstream";

/** Where the pod mounts what Alertmanager reads, and where it may write. */
export const ALERTMANAGER_PATHS = {
  config: "/etc/heliograph/config",
  secrets: "/etc/heliograph/secrets",
  data: "/alertmanager",
} as const;
export type AlertmanagerPaths = Readonly<Record<keyof typeof ALERTMANAGER_PATHS, string>>;
export const ALERTMANAGER_FILE = "alertmanager.yaml";
export const TEMPLATE_FILE = "heliograph.tmpl";

/** Keys that extra configuration may not touch: they have arguments, or name files of ours. */
export const PROTECTED_CONFIG = ["route", "receivers", "templates", "time_intervals"] as const;

export interface AlertmanagerFiles {
  readonly files: Readonly<Record<typeof ALERTMANAGER_FILE | typeof TEMPLATE_FILE, string>>;
  /** Differs wherever the files differ. The running configuration shows it. */
  readonly hash: string;
}

/** What Alertmanager reads, but for secrets. */
export function alertmanagerFiles(
  model: Alertmanager,
  paths: AlertmanagerPaths = ALERTMANAGER_PATHS,
): AlertmanagerFiles {
  const config = alertmanagerConfig(model, paths);
  const template = templateFile();
  const hash = checksum(toYaml(config), template);
  const shown = [...(config.time_intervals ?? []), hashInterval(hash)];
  const text = toYaml({ ...config, time_intervals: shown });
  return { files: { [ALERTMANAGER_FILE]: text, [TEMPLATE_FILE]: template }, hash };
}

/**
 * The start of the name of a time interval that nothing uses; the hash is the rest. Alertmanager
 * answers with its configuration, but without comments; names of time intervals it keeps.
 */
export const HASH_INTERVAL = "heliograph/";

function hashInterval(hash: string): TimeInterval {
  return { name: `${HASH_INTERVAL}${hash}`, time_intervals: [] };
}

/** The configuration in upstream's words. Secrets are named by their files. */
export function alertmanagerConfig(
  model: Alertmanager,
  paths: AlertmanagerPaths = ALERTMANAGER_PATHS,
): AlertmanagerConfig {
  const { receivers, timeIntervals, inhibitions, extraConfig } = model;
  const config: AlertmanagerConfig = {
    templates: [`${paths.config}/${TEMPLATE_FILE}`],
    route: rootRoute(model),
    receivers: [
      { name: NOBODY },
      ...receivers.map((receiver) => upstreamReceiver(receiver, paths)),
    ],
    inhibit_rules: [
      ...OWN_INHIBITIONS,
      ...inhibitions.map(({ sourceMatchers, targetMatchers, equal }) => ({
        source_matchers: sourceMatchers,
        target_matchers: targetMatchers,
        equal,
      })),
    ],
    time_intervals: Object.entries(timeIntervals).map(([name, times]) => ({
      name,
      time_intervals: times.map(upstreamTimes),
    })),
  };
  return merged(config, extraConfig);
}

/** What `verify` sends for each tenant. No rule has it. */
export const TEST_ALERT = "HeliographVerify";

/** Each alone, so that each is counted, and at once. */
function testRoute({ testReceiver = NOBODY }: Alertmanager): Route {
  return {
    receiver: testReceiver,
    matchers: [`alertname=${quoted(TEST_ALERT)}`],
    group_by: ["..."],
    group_wait: "0s",
  };
}

/**
 * The alert that always fires is nobody's, unless a route is for it alone: that one may call a dead
 * man's switch. The root takes nothing, because the last of its routes takes what is left.
 */
function rootRoute(model: Alertmanager): Route {
  const { routes } = model;
  const { groupBy, groupWait, groupInterval, repeatInterval } = GROUPING_DEFAULTS;
  const forWatchdog = routes.filter(isForWatchdog);
  return {
    receiver: NOBODY,
    group_by: groupBy,
    group_wait: groupWait,
    group_interval: groupInterval,
    repeat_interval: repeatInterval,
    routes: [
      testRoute(model),
      ...forWatchdog.map(upstreamRoute),
      { receiver: NOBODY, matchers: [`alertname=${quoted(WATCHDOG)}`] },
      ...routes.filter((route) => !isForWatchdog(route)).map(upstreamRoute),
    ],
  };
}

/** Whether a route is for the alert alone that always fires. */
export function isForWatchdog({ alerts = [] }: AlertRoute): boolean {
  return alerts.length === 1 && alerts[0] === WATCHDOG;
}

function upstreamRoute(route: AlertRoute): Route {
  const { receiver, groupBy, groupWait, groupInterval, repeatInterval, routes } = route;
  const { muteTimeIntervals, activeTimeIntervals } = route;
  const matchers = matchersOf(route);
  return {
    ...(receiver !== undefined && { receiver }),
    ...(matchers.length > 0 && { matchers }),
    ...(groupBy && { group_by: groupBy }),
    ...(groupWait !== undefined && { group_wait: groupWait }),
    ...(groupInterval !== undefined && { group_interval: groupInterval }),
    ...(repeatInterval !== undefined && { repeat_interval: repeatInterval }),
    ...(route.continue && { continue: true }),
    ...(muteTimeIntervals.length > 0 && { mute_time_intervals: muteTimeIntervals }),
    ...(activeTimeIntervals.length > 0 && { active_time_intervals: activeTimeIntervals }),
    ...(routes.length > 0 && { routes: routes.map(upstreamRoute) }),
  };
}

/** The conditions of a route, as matchers all of which hold. */
export function matchersOf(route: AlertRoute): string[] {
  const listed = CONDITIONS.flatMap((condition) => {
    const values = route[condition];
    return values ? [anyValue(CONDITION_LABELS[condition], values)] : [];
  });
  return [...listed, ...route.matchers];
}

function anyValue(label: string, values: readonly string[]): string {
  const [only = ""] = values;
  if (values.length === 1) return `${label}=${quoted(only)}`;
  return `${label}=~${quoted(values.map(literal).join("|"))}`;
}

/** A value as a regular expression that it alone matches. */
function literal(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Fires when nothing arrives from an edge. */
export const EDGE_SILENT = "EdgeSilent";
/** Alerts that are about an edge and yet known to the hub itself: they say why it is silent. */
export const KNOWN_TO_HUB = ["CertificateExpiring", "GatewayRefusing"] as const;

export const OWN_INHIBITIONS: readonly InhibitRule[] = [
  {
    name: "a silent edge mutes what was last known of its cluster",
    source_matchers: [`alertname=${quoted(EDGE_SILENT)}`],
    target_matchers: [
      `alertname!~${quoted([EDGE_SILENT, WATCHDOG, ...KNOWN_TO_HUB].join("|"))}`,
      // Alerts on all clusters have none.
      `cluster!=""`,
    ],
    equal: ["cluster"],
  },
  {
    name: "what is critical is no warning as well",
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity="warning"'],
    // Another pod, node or volume is another matter. A label that both lack is alike.
    equal: [
      "alertname",
      "cluster",
      "tenant_id",
      "namespace",
      "pod",
      "node",
      "instance",
      "persistentvolumeclaim",
    ],
  },
  {
    // An alert cannot mute itself; the one that always fires can.
    name: "maintenance mutes what is not critical",
    source_matchers: [`alertname=${quoted(WATCHDOG)}`],
    target_matchers: ['maintenance="true"', 'severity!="critical"'],
  },
];

/** The file with the secret of a receiver, within the directory of secrets. */
export function secretFile(receiver: string, kind: ReceiverKind): string {
  return `${receiver}.${kind}.${RECEIVER_SECRETS[kind]}`;
}

/** PagerDuty takes critical, error, warning and info. */
const PAGERDUTY_SEVERITY =
  '{{ if eq .CommonLabels.severity "critical" }}critical{{ else if eq .CommonLabels.severity "info" }}info{{ else }}warning{{ end }}';
const OPSGENIE_PRIORITY =
  '{{ if eq .CommonLabels.severity "critical" }}P1{{ else if eq .CommonLabels.severity "info" }}P5{{ else }}P3{{ end }}';

function upstreamReceiver(receiver: AlertReceiver, { secrets }: AlertmanagerPaths): Receiver {
  const { name, slack, pagerDuty, opsgenie, teams, email, webhook } = receiver;
  const file = (kind: ReceiverKind) => `${secrets}/${secretFile(name, kind)}`;
  const common = { send_resolved: receiver.sendResolved };
  const title = templated("title");
  return {
    name,
    ...(slack && {
      slack_configs: [
        {
          ...common,
          api_url_file: file("slack"),
          ...(slack.channel !== undefined && { channel: slack.channel }),
          title,
          text: templated("slack"),
        },
      ],
    }),
    ...(pagerDuty && {
      pagerduty_configs: [
        {
          ...common,
          routing_key_file: file("pagerDuty"),
          ...(pagerDuty.apiUrl !== undefined && { url: pagerDuty.apiUrl }),
          description: title,
          severity: PAGERDUTY_SEVERITY,
          details: { alerts: templated("text") },
          links: [
            ...Object.entries(LINKS).map(([annotation, text]) => ({
              href: `{{ .CommonAnnotations.${annotation} }}`,
              text,
            })),
            { href: silenceLink(".CommonLabels", ".ExternalURL"), text: "Silence" },
          ],
        },
      ],
    }),
    ...(opsgenie && {
      opsgenie_configs: [
        {
          ...common,
          api_key_file: file("opsgenie"),
          ...(opsgenie.apiUrl !== undefined && { api_url: opsgenie.apiUrl }),
          message: title,
          description: templated("text"),
          priority: OPSGENIE_PRIORITY,
        },
      ],
    }),
    ...(teams && {
      msteamsv2_configs: [
        { ...common, webhook_url_file: file("teams"), title, text: templated("markdown") },
      ],
    }),
    ...(email && {
      email_configs: [
        {
          ...common,
          to: email.to.join(", "),
          from: email.from,
          smarthost: email.smarthost,
          ...(email.username !== undefined && {
            auth_username: email.username,
            auth_password_file: file("email"),
          }),
          require_tls: true,
          ...(email.caCertificate !== undefined && { tls_config: { ca: email.caCertificate } }),
          headers: { Subject: title },
          html: "",
          text: templated("text"),
        },
      ],
    }),
    ...(webhook && { webhook_configs: [{ ...common, url_file: file("webhook") }] }),
  };
}

function upstreamTimes({ times, weekdays, daysOfMonth, months, years, timeZone }: AlertTimes) {
  return {
    ...(times && { times: times.map(({ start, end }) => ({ start_time: start, end_time: end })) }),
    ...(weekdays && { weekdays }),
    ...(daysOfMonth && { days_of_month: daysOfMonth }),
    ...(months && { months }),
    ...(years && { years }),
    ...(timeZone !== undefined && { location: timeZone }),
  };
}
