import { randomUUID } from "node:crypto";
import {
  ALERTMANAGER,
  type Alertmanager,
  ALERTMANAGER_PORT,
  type AlertmanagerConfig,
  fromYaml,
  HUB_NAMESPACE,
  type Labels,
  NOBODY,
  Routing,
  TEST_ALERT,
} from "@heliograph/heliograph/model";
import { Alertmanager as Client, type FiringAlert } from "../../../cluster/alertmanager";
import { sumOf } from "../../../cluster/exposition";
import { kubectl, readyPods } from "../../../cluster/kubectl";
import { plural } from "../../../ui/text";
import { type Check, type Outcome, passed, pending, warning } from "../check";
import type { HubView } from "../hub";

/** Longer than anybody waits for it. Then it ends by itself. */
const LASTS_MILLISECONDS = 5 * 60_000;

/**
 * Sends an alert for each tenant to the receiver for tests, and counts what that took; where there
 * is none, looks that such an alert would reach nobody. Nothing is sent before every pod runs a
 * configuration that gives it to that receiver alone: the others are people.
 */
export function testAlerts({ testReceiver }: Pick<Alertmanager, "testReceiver">): Check<HubView> {
  /** Once, however often it is asked again whether they have arrived. */
  let sent: Promise<Sent> | undefined;
  return {
    name: "test alerts",
    proves:
      testReceiver === undefined
        ? "an alert with which verify would test each tenant's way reaches nobody"
        : `a test alert of each tenant is delivered to ${testReceiver}, and to nobody else`,
    next: ({ cluster }) =>
      kubectl(cluster, HUB_NAMESPACE, "logs --container reloader --tail 20", ALERTMANAGER),
    async run(hub) {
      const pods = await podsOf(hub);
      const astray = await astrayIn(pods, hub.tenants, testReceiver ?? NOBODY);
      if (astray.length > 0) return pending(`no test alert is sent: ${astray.join("; ")}`);
      const tenants = plural(hub.tenants.length, "tenant");
      if (testReceiver === undefined)
        return passed("to nobody", `a test alert of each of ${tenants} would reach nobody`);
      sent ??= send(pods, hub.tenants, testReceiver);
      return judge(hub, pods, await sent, testReceiver);
    },
  };
}

interface AlertmanagerPod {
  readonly name: string;
  readonly client: Client;
}

async function podsOf({ cluster }: HubView): Promise<AlertmanagerPod[]> {
  const pods = await readyPods(cluster, HUB_NAMESPACE, "pod of Alertmanager", ALERTMANAGER);
  return pods.map(({ name: pod }) => ({
    name: pod,
    client: new Client(
      cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: ALERTMANAGER_PORT }),
    ),
  }));
}

function labelsOf(tenant: string, run: string): Labels {
  return { alertname: TEST_ALERT, severity: "none", tenant_id: tenant, verify: run };
}

/** Pods that would give test alerts to somebody else, by the configuration that each runs. */
async function astrayIn(
  pods: readonly AlertmanagerPod[],
  tenants: readonly string[],
  wanted: string,
): Promise<string[]> {
  const all = pods.map(async ({ name, client }) => {
    const { config } = await client.status();
    const routing = new Routing(fromYaml(config.original) as AlertmanagerConfig);
    const others = tenants.flatMap((tenant) => {
      const receivers = routing
        .notifications(labelsOf(tenant, "run"))
        .map(({ receiver }) => receiver);
      return receivers.length === 1 && receivers[0] === wanted
        ? []
        : [`${tenant}'s to ${receivers.join(" and ")}`];
    });
    return others.length > 0
      ? [`${name} would give ${others.slice(0, 3).join(", ")}, not to ${wanted}`]
      : [];
  });
  return (await Promise.all(all)).flat();
}

/** Attempts to notify a receiver, by pod and by what it consists of, such as `webhook`. */
type Attempts = ReadonlyMap<string, { readonly delivered: number; readonly failed: number }>;

/** What was sent, and what had been counted before. */
interface Sent {
  readonly run: string;
  readonly at: number;
  readonly before: Attempts;
}

/** To every pod, as rulers do. */
async function send(
  pods: readonly AlertmanagerPod[],
  tenants: readonly string[],
  receiver: string,
): Promise<Sent> {
  const before = await attemptsOf(pods, receiver);
  const run = randomUUID().slice(0, 8);
  const at = Date.now();
  const endsAt = new Date(at + LASTS_MILLISECONDS);
  const alerts = tenants.map((tenant) => ({
    labels: labelsOf(tenant, run),
    annotations: {
      summary: `A test of the way to receiver ${receiver}`,
      description: "Nothing is wrong: npm run verify has sent it, and it ends in 5 minutes.",
    },
    endsAt,
  }));
  await Promise.all(pods.map(({ client }) => client.send(alerts)));
  return { run, at, before };
}

async function attemptsOf(pods: readonly AlertmanagerPod[], receiver: string): Promise<Attempts> {
  const all = pods.map(async ({ name, client }) => {
    const metrics = await client.metrics();
    const ofReceiver = (line: string) => line.includes(`receiver_name="${receiver}"`);
    const kinds = metrics
      .split("\n")
      .filter((line) => line.startsWith(`${REQUESTS}{`) && ofReceiver(line))
      .map((line) => /integration="([^"]+)"/.exec(line)?.[1] ?? "");
    return kinds.map((kind) => {
      const counts = (line: string) => ofReceiver(line) && line.includes(`integration="${kind}"`);
      const failed = sumOf(metrics, FAILED_REQUESTS, counts);
      const delivered = sumOf(metrics, REQUESTS, counts) - failed;
      return [`${kind} ${name}`, { delivered, failed }] as const;
    });
  });
  return new Map((await Promise.all(all)).flat());
}

const REQUESTS = "alertmanager_notification_requests_total";
const FAILED_REQUESTS = "alertmanager_notification_requests_failed_total";

/** Each alert is a notification of its own, once for each kind that the receiver consists of. */
async function judge(
  hub: HubView,
  pods: readonly AlertmanagerPod[],
  { run, at, before }: Sent,
  receiver: string,
): Promise<Outcome> {
  const now = await attemptsOf(pods, receiver);
  const kinds = [...new Set([...now.keys()].map((key) => key.split(" ")[0] ?? ""))];
  const counted = kinds.map((kind) => ({ kind, ...since(before, now, kind) }));
  const muted = mutedOf(await alertsOf(pods, run));
  const wanted = hub.tenants.length - muted.length;
  const lacking = counted.filter(({ delivered }) => delivered < wanted);
  if (counted.length === 0 || lacking.length > 0) {
    const said = lacking.map(({ kind, delivered, failed }) => {
      const attempts = failed > 0 ? `, ${plural(failed, "attempt")} failed` : "";
      return `${kind} of ${receiver} has taken ${delivered} of ${plural(wanted, "test alert")}${attempts}`;
    });
    const logs = kubectl(
      hub.cluster,
      HUB_NAMESPACE,
      "logs --container alertmanager --tail 50",
      ALERTMANAGER,
    );
    return pending(
      said.join("; ") || `no Alertmanager counts what ${receiver} is sent`,
      `${logs} | grep ${receiver}`,
    );
  }
  const seconds = Math.round((Date.now() - at) / 1000);
  const failed = counted.reduce((all, each) => all + each.failed, 0);
  const detail =
    `${plural(wanted, "test alert")}, one for each tenant, delivered to ${receiver} by ` +
    `${kinds.join(" and ")} within ${seconds} s` +
    (failed > 0 ? `, after ${plural(failed, "attempt")} that failed` : "");
  const brief = `${wanted} delivered`;
  if (muted.length === 0) return passed(brief, detail);
  const advice = "npm run silence -- list; inhibitions are in heliograph:hub.alerting";
  return warning(brief, `${detail}; muted: ${muted.join(", ")}`, advice);
}

/** Counters start anew with a pod, and with another configuration. */
function since(before: Attempts, now: Attempts, kind: string) {
  const grown = (what: "delivered" | "failed") =>
    [...now]
      .filter(([key]) => key.startsWith(`${kind} `))
      .reduce((all, [key, counts]) => {
        const former = before.get(key)?.[what] ?? 0;
        return all + (counts[what] < former ? counts[what] : counts[what] - former);
      }, 0);
  return { delivered: grown("delivered"), failed: grown("failed") };
}

async function alertsOf([pod]: readonly AlertmanagerPod[], run: string): Promise<FiringAlert[]> {
  const all = (await pod?.client.alerts()) ?? [];
  return all.filter(({ labels }) => labels["verify"] === run);
}

function mutedOf(alerts: readonly FiringAlert[]): string[] {
  return alerts.flatMap(({ labels, status }) => {
    const by = [
      ...status.silencedBy.map((id) => `silence ${id.slice(0, 8)}`),
      ...(status.inhibitedBy.length > 0 ? ["an inhibition"] : []),
    ];
    return by.length > 0 ? [`${labels["tenant_id"]} by ${by.join(" and ")}`] : [];
  });
}
