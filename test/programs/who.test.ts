/**
 * Proves: for 200 random label sets of a hub `who` says what the real Alertmanager does with them
 * all firing at once: receivers, inhibitions, and how often each webhook is called. Does not prove:
 * random routes (alert-routing.test.ts), and that several Alertmanagers tell once (the lab).
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { HubAlertingArgs } from "../../components/hub/alerting-args";
import { alertmanagerConfig } from "../../components/alertmanager/config";
import { resolveHub } from "../../components/hub/resolve";
import { agreementOf, toldBy } from "../../lab/scenarios/notifications/agreement";
import { randomLabels } from "../../lab/scenarios/notifications/label-sets";
import { Alertmanager } from "../../src/cli/cluster/alertmanager";
import { Directory } from "../../src/cli/commands/who/who";
import { Alertmanagers, Receivers, type Labels } from "./support/alertmanagers";
import { until } from "./support/server";

const webhook = { webhook: { urlFrom: { secret: "", key: "" } } };
const soon = { groupWait: "2s" };
/** Routes within routes, several at once, and one that is silent at all times but long ago. */
const alerting: HubAlertingArgs = {
  receivers: { "on-call": webhook, production: webhook, shop: webhook, rest: webhook },
  timeIntervals: { "long ago": [{ years: ["2020"] }] },
  inhibitions: [
    {
      sourceMatchers: ['team="shop"', 'severity="critical"'],
      targetMatchers: ['severity="info"'],
      equal: ["tenant_id", "environment", "cluster"],
    },
  ],
  routes: [
    { teams: ["night"], receiver: "shop", activeTimeIntervals: ["long ago"], ...soon },
    {
      environments: ["prd"],
      receiver: "production",
      ...soon,
      routes: [
        { severities: ["critical"], receiver: "on-call", continue: true },
        { teams: ["shop", "cart"], receiver: "shop" },
      ],
    },
    { tenants: ["stg"], severities: ["info"], receiver: "nobody" },
    { receiver: "rest", ...soon },
  ],
};
const names = ["dev", "stg", "prd", "ops"];
const edge = (name: string) => ({ tenant: name, environment: name, region: "eu" });
const hub = resolveHub({
  cells: { main: { metrics: { backend: "mimir" } } } as never,
  tenants: Object.fromEntries(names.map((name) => [name, { retentionDays: 30 }])),
  edges: Object.fromEntries(names.map((name) => [name, edge(name)])) as never,
  alerting: alerting as never,
});
const directory = new Directory(hub, alertmanagerConfig(hub.alertmanager!));

const receivers = new Receivers();
let alertmanagers: Alertmanagers;
beforeAll(async () => {
  await receivers.start();
  alertmanagers = new Alertmanagers(receivers);
  await alertmanagers.start(alerting);
});
afterAll(async () => {
  await alertmanagers?.stop();
  receivers.stop();
});

const received = () =>
  receivers.notifications.flatMap(({ receiver, body }) =>
    (body["alerts"] as { status: "firing" | "resolved"; labels: Labels }[]).map((alert) => ({
      receiver,
      ...alert,
    })),
  );

it("who agrees with the running Alertmanager on 200 of 200 random label sets", async () => {
  const teams = ["shop", "cart", "night"];
  const drawn = randomLabels(hub, { teams, count: 200, seed: 16 });
  const ask = (firing: readonly Labels[]) =>
    drawn.map((labels) => directory.ask({ labels, at: new Date(), firing }));
  // With the severities that alerts of ours have where none was drawn.
  const firing = ask([]).map(({ labels }) => labels);
  const answers = ask(firing);
  await alertmanagers.post([
    { labels: { alertname: "Watchdog", severity: "none" } },
    ...firing.map((labels) => ({ labels })),
  ]);
  const calls = answers.flatMap((answer) => toldBy(answer).split(", ").filter(Boolean)).length;
  await until("all are told", async () => (received().length >= calls ? true : undefined));
  // Whatever is told too often or to the wrong one comes with the others.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const shown = await new Alertmanager({ port: alertmanagers.running[0]!.port }).alerts();
  const { agreed, told, inhibited, differences } = agreementOf(answers, shown, received());
  expect(differences).toEqual([]);
  expect(agreed).toBe(200);
  // The sets are not so dull that all are told, or none.
  const muted = answers.filter(({ notifications }) => notifications.some((each) => each.muted));
  expect(Math.min(told, inhibited, muted.length)).toBeGreaterThan(25);
});
