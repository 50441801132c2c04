/**
 * Proves: of three real Alertmanagers, with our flags, one tells, also when one is killed. Runs
 * after other tests: who gets no processor for half a second is taken for dead by the others, and
 * then told of twice. Does not prove: that an Alertmanager that dies while it tells is not told
 * again for; upstream promises to tell at least once.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { HubAlertingArgs } from "../../components/hub/alerting-args";
import { Alertmanagers, Receivers } from "./support/alertmanagers";
import { until } from "./support/server";

/** Grouped as shipped: in the 10 s before the first call the others notice who is gone. */
const tree: HubAlertingArgs = {
  receivers: { "on-call": { webhook: { urlFrom: { secret: "", key: "" } } } },
  routes: [{ receiver: "on-call" }],
};
const names = (prefix: string) => Array.from({ length: 20 }, (_, index) => `${prefix}${index}`);
/** Longer than the last of them waits for those before it. */
const SETTLED_MILLISECONDS = 35_000;

const receivers = new Receivers();
const alertmanagers = new Alertmanagers(receivers);

beforeAll(async () => {
  await receivers.start();
  await alertmanagers.start(tree, 3);
});

afterAll(async () => {
  await alertmanagers.stop();
  receivers.stop();
});

function post(prefix: string) {
  const labels = { cluster: "prd-1", environment: "prd", tenant_id: "a", severity: "critical" };
  return alertmanagers.post(
    names(prefix).map((alertname) => ({ labels: { alertname, ...labels } })),
  );
}

async function checkTold(prefix: string): Promise<void> {
  const told = () => receivers.told().filter((each) => each.startsWith(`on-call: ${prefix}`));
  await until("all are told", async () => (told().length >= 20 ? true : undefined));
  await pause(SETTLED_MILLISECONDS);
  const wanted = names(prefix).map((name) => `on-call: ${name}`);
  expect(told()).toEqual(wanted.sort());
}

it("tell once", async () => {
  await post("Once");
  await checkTold("Once");
});

it("lose nothing and tell nothing twice when one is killed", async () => {
  await post("Killed");
  alertmanagers.running[0]?.process.signal("SIGKILL");
  await checkTold("Killed");
});
