/**
 * Proves: verify's test alerts reach the receiver for tests through real Alertmanagers, one for
 * each tenant, and nobody else; that it sends none where it has no such receiver, or where they
 * would go astray; and what it says where they are not delivered, or muted. Does not prove: the way
 * through a cluster (the lab).
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { HubAlertingArgs } from "../../components/hub/alerting-args";
import { matcher } from "../../components/alertmanager/matchers";
import { Alertmanager } from "../../src/cli/cluster/alertmanager";
import { testAlerts } from "../../src/cli/commands/verify/checks/test-alerts";
import type { HubView } from "../../src/cli/commands/verify/hub";
import { clusterOf } from "../cli/verify/fakes";
import { Alertmanagers, Receivers } from "./support/alertmanagers";
import { until } from "./support/server";

const webhook = { webhook: { urlFrom: { secret: "", key: "" } } };
const alerting = (more: Partial<HubAlertingArgs> = {}): HubAlertingArgs => ({
  receivers: { "on-call": webhook, tests: webhook },
  routes: [
    { tenants: ["prd"], receiver: "on-call", groupWait: "1s", continue: true },
    { receiver: "on-call", groupWait: "1s" },
  ],
  testReceiver: "tests",
  ...more,
});
const tenants = ["dev", "stg", "prd"];

let receivers: Receivers;
let alertmanagers: Alertmanagers;
let broken: Server | undefined;
afterEach(async () => {
  broken?.closeAllConnections();
  broken?.close();
  await alertmanagers?.stop();
  receivers?.stop();
});

async function start(given: HubAlertingArgs, replicas = 1): Promise<HubView> {
  receivers = new Receivers();
  await receivers.start();
  alertmanagers = new Alertmanagers(receivers);
  await alertmanagers.start(given, replicas);
  const cluster = clusterOf({
    pods: async () =>
      alertmanagers.running.map((_, index) => ({ name: `alertmanager-${index}`, ready: true })),
    endpoint: ({ pod }: { pod: string }) => ({
      port: alertmanagers.running[Number(pod.split("-")[1])]!.port,
    }),
  } as never);
  return { cluster, tenants } as unknown as HubView;
}

/** As `runChecks` does: it asks again while something may still come, or until it is said. */
async function outcome(hub: HubView, testReceiver?: string, said?: RegExp) {
  const check = testAlerts(testReceiver === undefined ? {} : { testReceiver });
  return until(String(said ?? "an outcome"), async () => {
    const found = await check.run(hub);
    return (said?.test(found.detail) ?? found.status !== "pending") ? found : undefined;
  });
}

/** `receiver: tenant`, for each that was told. */
const told = () =>
  receivers.notifications
    .flatMap(({ receiver, body }) =>
      (body["alerts"] as { labels: Record<string, string> }[]).map(
        ({ labels }) => `${receiver}: ${labels["alertname"]} ${labels["tenant_id"]}`,
      ),
    )
    .sort();
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

it("one for each tenant reaches the receiver for tests, twice in a row, and nobody else", async () => {
  const hub = await start(alerting(), 3);
  for (let round = 0; round < 2; round += 1) {
    receivers.notifications.length = 0;
    expect(await outcome(hub, "tests")).toMatchObject({
      status: "passed",
      brief: "3 delivered",
      detail: expect.stringMatching(
        /^3 test alerts, one for each tenant, delivered to tests by webhook within \d+ s$/,
      ) as string,
    });
    expect([...new Set(told())]).toEqual([
      "tests: HeliographVerify dev",
      "tests: HeliographVerify prd",
      "tests: HeliographVerify stg",
    ]);
  }
  // As long as whoever would be told by mistake is waited for.
  await pause(3);
  expect(told().filter((each) => !each.startsWith("tests: "))).toEqual([]);
});

it("none is sent where there is no receiver for tests, and one would reach nobody", async () => {
  const hub = await start(alerting({ testReceiver: undefined, receivers: { "on-call": webhook } }));
  expect(await outcome(hub)).toMatchObject({
    status: "passed",
    brief: "to nobody",
    detail: "a test alert of each of 3 tenants would reach nobody",
  });
  // Sent all the same, it reaches nobody.
  await alertmanagers.post([{ labels: { alertname: "HeliographVerify", tenant_id: "prd" } }]);
  await pause(3);
  expect(told()).toEqual([]);
});

it("none is sent while a pod runs routes that give it to people", async () => {
  // Of before the receiver was there.
  const hub = await start(alerting({ testReceiver: "on-call" }));
  expect(await testAlerts({ testReceiver: "tests" }).run(hub)).toMatchObject({
    status: "pending",
    detail:
      "no test alert is sent: alertmanager-0 would give dev's to on-call, stg's to on-call, " +
      "prd's to on-call, not to tests",
  });
  await pause(3);
  expect(told()).toEqual([]);
  expect(await new Alertmanager({ port: alertmanagers.running[0]!.port }).alerts()).toEqual([]);
});

it("a receiver that takes nothing is named, with what to look at", async () => {
  broken = createServer((_, answer) => answer.writeHead(503).end());
  await new Promise<void>((resolve) => broken!.listen(0, "127.0.0.1", resolve));
  const apiUrl = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/`;
  const tests = { pagerDuty: { apiUrl }, ...webhook };
  const hub = await start(alerting({ receivers: { "on-call": webhook, tests } as never }));
  const said = /^pagerduty of tests has taken 0 of 3 test alerts, \d+ attempts failed$/;
  expect(await outcome(hub, "tests", said)).toMatchObject({
    status: "pending",
    next:
      "kubectl --context test --namespace heliograph-hub logs --container alertmanager --tail 50 " +
      "--selector app.kubernetes.io/instance=alertmanager | grep tests",
  });
});

it("one that a silence mutes is a warning, and the others are delivered", async () => {
  const hub = await start(alerting());
  const client = new Alertmanager({ port: alertmanagers.running[0]!.port });
  const id = await client.silence({
    matchers: [matcher("tenant_id", "=", "dev")],
    startsAt: new Date(),
    endsAt: new Date(Date.now() + 60_000),
    createdBy: "ann",
    comment: "test",
  });
  await until("the silence", async () =>
    (await client.silences()).length === 1 ? true : undefined,
  );
  expect(await outcome(hub, "tests")).toMatchObject({
    status: "warning",
    brief: "2 delivered",
    detail: expect.stringContaining(`; muted: dev by silence ${id.slice(0, 8)}`) as string,
    next: "npm run silence -- list; inhibitions are in heliograph:hub.alerting",
  });
  expect(told()).toEqual(["tests: HeliographVerify prd", "tests: HeliographVerify stg"]);
});
