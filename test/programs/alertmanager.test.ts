/**
 * Proves: the real Alertmanager takes our configuration, with receivers of every kind; an alert
 * reaches the receivers that the tree names and no other; what is inhibited does not arrive; each
 * kind of receiver gets the links; a changed configuration is loaded in place, a broken one is not;
 * and mail goes over TLS or not at all. Does not prove: that Slack, PagerDuty, Opsgenie and Teams
 * take what they get.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HubAlertingArgs } from "../../components/hub/alerting-args";
import { ALERTMANAGER_FILE } from "../../components/alertmanager/config";
import { reloaderScript } from "../../components/alertmanager/reloader";
import { alertingArgs } from "../components/hub/alerting";
import { Alertmanagers, Receivers, type Labels } from "./support/alertmanagers";
import { program } from "./support/programs";
import { run, until } from "./support/server";

const webhook = { webhook: { urlFrom: { secret: "", key: "" } } };
const soon = { groupWait: "1s", groupInterval: "2s" };
/** The tree of document 003, section 10.2. */
const tree: HubAlertingArgs = {
  receivers: { "on-call": webhook, production: webhook, shop: webhook, rest: webhook },
  routes: [
    {
      environments: ["prd"],
      receiver: "production",
      ...soon,
      routes: [
        { severities: ["critical"], receiver: "on-call" },
        { teams: ["shop", "cart"], receiver: "shop" },
      ],
    },
    { tenants: ["quiet"], receiver: "nobody" },
    { receiver: "rest", ...soon },
  ],
};
const critical = { severity: "critical" };
const warning = { severity: "warning" };
const prd = { cluster: "prd-1", environment: "prd", tenant_id: "a" };
const dev = { cluster: "dev-1", environment: "dev", tenant_id: "b" };
const alerts = (...all: Labels[]) => all.map((labels) => ({ labels }));
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

let receivers: Receivers;
let alertmanagers: Alertmanagers;

async function start(alerting: HubAlertingArgs, replicas = 1): Promise<void> {
  receivers = new Receivers();
  await receivers.start();
  alertmanagers = new Alertmanagers(receivers);
  await alertmanagers.start(alerting, replicas);
}

async function stop(): Promise<void> {
  await alertmanagers?.stop();
  receivers?.stop();
}

describe("the configuration", () => {
  const all = {
    slack: { channel: "#alerts" },
    pagerDuty: { apiUrl: "https://events.eu.pagerduty.com/v2/enqueue" },
    opsgenie: { apiUrl: "https://api.eu.opsgenie.com/" },
    teams: {},
    email: { to: ["a@b.example", "c@d.example"], from: "x@y.example", smarthost: "m:25" },
    webhook: {},
  };
  const times = {
    times: [{ start: "20:00", end: "24:00" }],
    weekdays: ["monday:friday", "sunday"],
    daysOfMonth: ["1:7", "-1"],
    months: ["december", "1:3"],
    years: ["2026", "2027:2028"],
    timeZone: "Europe/Berlin",
  };

  it.each<[string, HubAlertingArgs]>([
    ["of document 003", alertingArgs()],
    [
      "with everything that it can have",
      {
        receivers: { all },
        timeIntervals: { winter: [times, {}] },
        inhibitions: [
          {
            sourceMatchers: ['alertname="NetworkDown"'],
            targetMatchers: ['severity=~"warning|info"', 'team!=""'],
            equal: ["cluster"],
          },
        ],
        alertmanager: { extraConfig: { global: { resolve_timeout: "10m" } } },
        routes: [
          {
            receiver: "all",
            continue: true,
            matchers: ['namespace=~"shop-.*"', 'path!~"\\\\d+"'],
            teams: ["a.b", "c|d", "e\u00e9"],
            muteTimeIntervals: ["winter"],
            repeatInterval: "5d",
          },
          { receiver: "all", groupBy: ["..."], activeTimeIntervals: ["winter"] },
        ],
      },
    ],
  ])("%s is taken by amtool", (_, alerting) => {
    const files = new Alertmanagers(new Receivers());
    files.write(alerting);
    const output = execFileSync(program("alertmanager", "amtool"), [
      "check-config",
      join(files.config, ALERTMANAGER_FILE),
    ]);
    expect(output.toString()).toContain("SUCCESS");
    void files.stop();
  });
});

describe("the tree", () => {
  beforeAll(() => start(tree));
  afterAll(stop);

  it("tells the receivers that it names, and no other", async () => {
    await alertmanagers.post(
      alerts(
        { alertname: "A", ...prd, ...critical },
        { alertname: "B", ...prd, ...critical, team: "shop" },
        { alertname: "C", ...prd, ...warning, team: "cart" },
        { alertname: "D", ...prd, ...warning, team: "db" },
        { alertname: "E", ...dev, ...critical },
        { alertname: "F", ...dev, ...warning, team: "shop" },
        { alertname: "G", ...critical },
        { alertname: "H", ...dev, tenant_id: "quiet", ...critical },
        { alertname: "Watchdog", severity: "none", environment: "prd" },
      ),
    );
    const told = [
      "on-call: A",
      "on-call: B",
      "production: D",
      "rest: E",
      "rest: F",
      "rest: G",
      "shop: C",
    ];
    await until("all are told", async () => (receivers.told().length >= 7 ? true : undefined));
    await pause(4);
    expect(receivers.told()).toEqual(told);
  });

  it("tells of the end of an alert", async () => {
    const endsAt = new Date(Date.now() - 1000).toISOString();
    await alertmanagers.post([
      { labels: { alertname: "D", ...prd, ...warning, team: "db" }, endsAt },
    ]);
    await until("the end is told", async () =>
      receivers.told("resolved").includes("production: D") ? true : undefined,
    );
    expect(receivers.told("resolved")).toEqual(["production: D"]);
  });
});

describe("what is inhibited does not arrive", () => {
  beforeAll(() => start(tree));
  afterAll(stop);

  it("from a silent cluster, of which it is known that it is so", async () => {
    await alertmanagers.post(
      alerts(
        { alertname: "EdgeSilent", ...dev, ...critical },
        { alertname: "EdgeSilent", ...prd, ...critical },
      ),
    );
    await pause(2);
    await alertmanagers.post(
      alerts(
        { alertname: "NodeDown", ...dev, ...critical },
        { alertname: "CertificateExpiring", ...dev, ...critical },
        { alertname: "NodeDown", ...dev, cluster: "dev-2", ...critical },
        { alertname: "InventoryMissing", ...critical },
      ),
    );
    await pause(5);
    expect(receivers.told()).toEqual([
      "on-call: EdgeSilent",
      "rest: CertificateExpiring",
      "rest: EdgeSilent",
      "rest: InventoryMissing",
      "rest: NodeDown",
    ]);
    const [down] = receivers.notifications.filter(({ body }) =>
      JSON.stringify(body).includes("NodeDown"),
    );
    expect(JSON.stringify(down?.body)).toContain("dev-2");
  });

  it("where it is critical as well, but not of another pod; nor what is in maintenance", async () => {
    const known = receivers.notifications.length;
    await alertmanagers.post(
      alerts(
        { alertname: "Watchdog", severity: "none" },
        { alertname: "Full", cluster: "c", pod: "a", ...critical },
      ),
    );
    await pause(2);
    await alertmanagers.post(
      alerts(
        { alertname: "Full", cluster: "c", pod: "a", ...warning },
        { alertname: "Full", cluster: "c", pod: "b", ...warning },
        { alertname: "Slow", cluster: "c", maintenance: "true", ...warning },
        { alertname: "Lost", cluster: "c", maintenance: "true", ...critical },
      ),
    );
    await pause(6);
    const labels = receivers.notifications
      .slice(known)
      .flatMap(({ body }) => body["alerts"] as { labels: Labels }[])
      .map(({ labels: { alertname, pod = "-", severity } }) => `${alertname} ${pod} ${severity}`);
    expect([...new Set(labels)].sort()).toEqual([
      "Full a critical",
      "Full b warning",
      "Lost - critical",
    ]);
  });
});

describe("receivers of each kind", () => {
  let mail: Server;
  const smtp: string[] = [];

  beforeAll(async () => {
    // A mail server that does not offer TLS.
    mail = createServer((socket) => {
      socket.write("220 mail\r\n");
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        smtp.push(data.toString());
        socket.write("250 mail\r\n");
      });
    });
    await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", resolve));
    receivers = new Receivers();
    await receivers.start();
    alertmanagers = new Alertmanagers(receivers);
    const email = {
      to: ["a@b.example"],
      from: "x@y.example",
      smarthost: `127.0.0.1:${(mail.address() as AddressInfo).port}`,
    };
    await alertmanagers.start({
      receivers: {
        slack: { slack: { channel: "#alerts" } },
        duty: { pagerDuty: { apiUrl: receivers.urlOf("duty") } },
        genie: { opsgenie: { apiUrl: `${receivers.urlOf("genie")}/` } },
        teams: { teams: {} },
        mail: { email },
      },
      routes: [
        ...["slack", "duty", "genie", "teams"].map((receiver) => ({
          receiver,
          continue: true,
          ...soon,
        })),
        { receiver: "mail", ...soon },
      ],
    });
  });
  afterAll(async () => {
    mail.close();
    await stop();
  });

  const runbook = "https://runbooks.example.com/#nodedown";
  const silence =
    "https://alerts.example.com/#/silences/new?filter=%7Balertname%3D%22NodeDown%22%2C%20";

  it.each(["slack", "duty", "genie", "teams"])(
    "%s gets what is wrong, and links to the runbook and a silence",
    async (receiver) => {
      await alertmanagers.post([
        {
          labels: { alertname: "NodeDown", ...prd, ...critical, node: "a b+c" },
          annotations: {
            summary: "Node a is down",
            description: "Nothing of it arrives",
            runbook_url: runbook,
            dashboard_url: "https://grafana.example.com/d/node",
          },
        },
      ]);
      const body = await until(`${receiver} is told`, async () => {
        const found = receivers.notifications.find((each) => each.receiver === receiver);
        return found && JSON.stringify(found.body);
      });
      for (const part of [
        "[FIRING:1] NodeDown in prd-1",
        "Node a is down",
        "Nothing of it arrives",
      ])
        expect(body).toContain(part);
      const plain = body.replaceAll("\\u003c", "<").replaceAll("\\u003e", ">");
      for (const part of [runbook, silence, "node%3D%22a%20b%2Bc%22", "grafana.example.com/d/node"])
        expect(plain).toContain(part);
      expect(body).not.toContain("Logs");
    },
  );

  it("a mail server without TLS gets no mail", async () => {
    await until("the mail server was asked", async () => (smtp.length > 0 ? true : undefined));
    await pause(2);
    expect(smtp.join("")).toContain("EHLO");
    expect(smtp.join("")).not.toContain("MAIL FROM");
  });
});

describe("the reloader", () => {
  beforeAll(() => start(tree));
  afterAll(stop);

  it("loads what has changed, and refuses what is broken", async () => {
    const { config, folder } = alertmanagers;
    const at = `127.0.0.1:${alertmanagers.running[0]?.port}`;
    const script = reloaderScript({ config, temporary: folder, alertmanager: at }, 0.2);
    const reloader = run("/bin/sh", ["-c", script], {
      env: {
        PATH: [dirname(program("alertmanager", "amtool")), process.env["PATH"]].join(delimiter),
      },
    });
    try {
      const first = await alertmanagers.runningHash();
      const changed = alertmanagers.write({ ...tree, routes: [...tree.routes!.slice(1)] });
      expect(changed).not.toBe(first);
      await until("it is loaded", async () =>
        (await alertmanagers.runningHash()) === changed ? true : undefined,
      );
      writeFileSync(join(config, ALERTMANAGER_FILE), "route: { receiver: not-there }\n");
      await until("it is refused", async () =>
        reloader.output().includes("refused, the old configuration stays in force")
          ? true
          : undefined,
      );
      const line = reloader.output().trim().split("\n").at(-1) ?? "";
      expect((JSON.parse(line) as { reload: string }).reload).toContain("not-there");
      expect(await alertmanagers.runningHash()).toBe(changed);
    } finally {
      await reloader.stop();
    }
  });
});
