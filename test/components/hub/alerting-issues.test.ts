/**
 * Proves: what contradicts itself in alerting is refused, with the whole message that a person
 * reads (messages/<case>.txt, to be read as prose), and what is right is not. Does not prove: that
 * Alertmanager takes what is right; test/programs/alertmanager.test.ts does.
 */
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import type { HubAlertingArgs } from "../../../components/hub/alerting-args";
import type { AlertRouteArgs } from "../../../components/alertmanager/args";
import { argsIssues } from "../../../components/hub/args-issues";
import { formatIssues } from "../../../components/kit/issues";
import { alertingArgs } from "./alerting";
import { hubArgs } from "./hub";

const dev = hubArgs().edges["dev"]!;
const issues = (alerting: HubAlertingArgs) =>
  argsIssues(
    hubArgs({ edges: { dev, prd: { ...dev, environment: "prd", tenant: "shared" } }, alerting }),
  );
const routes = (...given: AlertRouteArgs[]) =>
  alertingArgs({ routes: given, timeIntervals: {}, receivers: { ops: slack, rest: slack } });
const slack = { slack: { url: "https://hooks.slack.com/secret-1" } };
const ops = { receiver: "ops" };
const rest = { receiver: "rest" };

const cases: Readonly<Record<string, HubAlertingArgs>> = {
  "names-that-are-not-there": alertingArgs({
    testReceiver: "tests",
    routes: [
      { receiver: "pager", tenants: ["dev", "acme"] },
      { receiver: "shop", environments: ["production"], clusters: ["eu-1"] },
      { receiver: "production", teams: ["db"], muteTimeIntervals: ["nights", "weekends"] },
      { receiver: "on-call", severities: ["critical"] },
      { receiver: "everything-else" },
    ],
  }),
  "what-nothing-leads-to": {
    receivers: { ops: slack, forgotten: slack, nobody: slack, empty: {} },
    timeIntervals: { nights: [{ times: [{ start: "00:00", end: "07:00" }] }] },
    routes: [{ receiver: "empty", severities: ["warning"] }, ops],
  },
  "routes-that-are-never-taken": routes(
    { severities: ["critical", "warning"], receiver: "ops" },
    { severities: ["critical"], tenants: ["dev"], receiver: "rest" },
    { environments: ["dev"], receiver: "rest", routes: [{ environments: ["prd"] }] },
    rest,
    { alerts: ["EdgeSilent"], receiver: "ops" },
  ),
  "no-route-that-takes-the-rest": routes(
    { severities: ["critical"], receiver: "ops" },
    { severities: ["warning"], receiver: "rest" },
  ),
  "a-route-without-a-receiver": routes({ severities: ["critical"] }, ops, rest),
  "waits-that-do-not-fit": routes(
    { alerts: ["A"], receiver: "ops", groupInterval: "6h" },
    { alerts: ["B"], receiver: "ops", repeatInterval: "1m" },
    { alerts: ["C"], receiver: "ops", repeatInterval: "30d" },
    rest,
  ),
  "routes-without-receivers": { routes: [{ receiver: "on-call" }] },
  "silences-without-receivers": { alertmanager: { replicas: 3 } },
  "secrets-from-nowhere-and-from-two-places": {
    receivers: {
      none: {
        slack: {},
        email: { to: ["a@b.c"], from: "x@y.z", smarthost: "m:25", username: "u" },
      },
      two: { webhook: { url: "https://hooks/secret-1", urlFrom: { secret: "hooks", key: "url" } } },
      open: { email: { to: ["a@b.c"], from: "x@y.z", smarthost: "m:25", password: "secret-1" } },
      wrong: { teams: { url: "teams.example.com/secret-1" } },
    },
    routes: [
      { receiver: "none", teams: ["a"] },
      { receiver: "two", teams: ["b"] },
      { receiver: "open", teams: ["c"] },
      { receiver: "wrong" },
    ],
  },
  "fields-that-are-wrong-by-themselves": {
    receivers: {
      On_Call: slack,
      ops: {
        slack: { ...slack.slack, channel: "alerts" },
        email: { to: [], from: "alerts", smarthost: "smtp.example.com" },
      },
    },
    timeIntervals: {
      nights: [
        {
          times: [{ start: "20:00", end: "07:00" }],
          weekdays: ["Monday"],
          timeZone: "Europe/Berlinn",
        },
      ],
    },
    inhibitions: [{ sourceMatchers: [], targetMatchers: ["severity=warning"] }],
    routes: [
      { matchers: ["team=~shop", 'namespace=~"["'], receiver: "On_Call", groupWait: "soon" },
      { receiver: "ops", muteTimeIntervals: ["nights"] },
    ],
    alertmanager: { replicas: 30, externalUrl: "alerts.example.com", diskSize: "1GB" },
  },
  "extra-configuration-that-has-arguments": alertingArgs({
    alertmanager: { extraConfig: { global: {}, route: { receiver: "x" }, receivers: [] } },
  }),
};

describe("a mistake is refused with its whole message", () => {
  test.each(Object.entries(cases))("%s", async (name, alerting) => {
    const text = `${formatIssues("HubObservability hub", issues(alerting))}\n`;
    expect(text).not.toContain("secret-1");
    await expect(text).toMatchFileSnapshot(join(__dirname, "messages", `${name}.txt`));
  });
});

describe("what is right is taken", () => {
  it.each<[string, HubAlertingArgs]>([
    ["nothing at all", {}],
    ["Alertmanagers of others", { alertmanagers: ["http://alertmanager.monitoring:9093"] }],
    ["document 003", alertingArgs()],
    [
      "a receiver for tests, to which no other route leads",
      { receivers: { ops: slack, tests: slack }, routes: [ops], testReceiver: "tests" },
    ],
    ["one receiver for everything", { receivers: { ops: slack }, routes: [ops] }],
    [
      "an alert for two receivers",
      routes({ severities: ["critical"], receiver: "ops", continue: true }, rest),
    ],
    ["a route for all that lets others see what it took", routes({ ...ops, continue: true }, rest)],
    [
      "alerts for nobody",
      routes({ alerts: ["InfoInhibitor"], receiver: "nobody" }, { ...ops, tenants: ["dev"] }, rest),
    ],
    [
      "a receiver that routes within have from the one around them",
      routes({ ...ops, tenants: ["dev"], routes: [{ groupBy: ["..."] }] }, rest),
    ],
    [
      "secrets that only the engine knows",
      { receivers: { ops: { slack: { url: pulumi.secret("https://hook") } } }, routes: [ops] },
    ],
    [
      "mail without a user",
      {
        receivers: { ops: { email: { to: ["a@b.c"], from: "x@y.z", smarthost: "mail:25" } } },
        routes: [ops],
      },
    ],
  ])("%s", (_, alerting) => {
    expect(issues(alerting)).toEqual([]);
  });
});
