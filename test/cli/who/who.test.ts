/**
 * Proves: the answers of `who` for a hub of the inventory, and its words. Does not prove: that the
 * running Alertmanager does the same (test/programs/alert-routing.test.ts).
 */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../../components/alertmanager/config";
import { resolveHub } from "../../../components/hub/resolve";
import { showAnswer, showLines } from "../../../src/cli/commands/who/show";
import { Directory, type Question } from "../../../src/cli/commands/who/who";
import { alertingArgs } from "../../components/hub/alerting";

const hub = resolveHub({
  cells: { main: { metrics: { backend: "mimir" } } } as never,
  tenants: { dev: { retentionDays: 30 }, prd: { retentionDays: 30 } },
  edges: {
    dev: { tenant: "dev", environment: "dev", region: "eu" },
    one: { tenant: "prd", environment: "prd", region: "eu" },
    two: { tenant: "prd", environment: "stg", region: "eu" },
  } as never,
  alerting: alertingArgs() as never,
});
const directory = new Directory(hub, alertmanagerConfig(hub.alertmanager!));
const at = new Date("2026-12-24T03:00Z");
const ask = (labels: Question["labels"], firing: Question["firing"] = []) =>
  directory.ask({ labels, at, firing });
const shown = (...question: Parameters<typeof ask>) =>
  stripVTControlCharacters(showAnswer(ask(...question)));

describe("who is called", () => {
  it("is told with group, waits, and what can mute it", () => {
    expect(
      shown({ environment: "prd", severity: "critical", alertname: "NodeDown", cluster: "one" }),
    ).toBe(
      [
        'environment="prd", severity="critical", alertname="NodeDown", cluster="one"' +
          "  at 2026-12-24T03:00:00.000Z",
        "",
        "✔ on-call  Slack, PagerDuty",
        '  route  {environment="prd"} {severity="critical"}',
        '  group  environment="prd", alertname="NodeDown", cluster="one"',
        "  waits  10s for others, 5m for changes, 1h to repeat it",
        "",
        "Not sent while one of these fires:",
        '  {alertname="EdgeSilent", cluster="one"}  ' +
          "a silent edge mutes what was last known of its cluster",
      ].join("\n"),
    );
  });

  it("is nobody in a time interval, and while an alert fires that mutes it", () => {
    const labels = { environment: "prd", team: "shop", cluster: "one", severity: "warning" };
    const { notifications, inhibitions } = ask(labels, [
      { alertname: "EdgeSilent", cluster: "one" },
    ]);
    expect(notifications).toMatchObject([
      { receiver: "shop", ways: ["mail"], muted: { inside: ["nights"], outside: [] } },
    ]);
    expect(inhibitions.filter(({ by }) => by.length > 0)).toMatchObject([
      { by: [{ alertname: "EdgeSilent", cluster: "one" }] },
    ]);
    expect(shown(labels, [{ alertname: "EdgeSilent", cluster: "one" }])).toContain(
      'Not sent: it is inhibited by alertname="EdgeSilent", cluster="one"',
    );
  });

  it("is nobody during maintenance, because the alert that mutes it always fires", () => {
    const [met] = ask({ maintenance: "true", severity: "warning" }).inhibitions.filter(
      ({ by }) => by.length > 0,
    );
    expect(met?.by).toEqual([{ alertname: "Watchdog", severity: "none" }]);
  });

  it("knows the severity of alerts of ours", () => {
    expect(ask({ alertname: "EdgeSilent", cluster: "dev" }).labels["severity"]).toBe("critical");
    // It has two.
    expect(ask({ alertname: "CertificateExpiring" }).labels).not.toHaveProperty("severity");
  });
});

it.each([
  [
    { sevrity: "critical" },
    "No route or inhibition looks at the label sevrity; did you mean severity?",
  ],
  [
    { colour: "red" },
    /^No route or inhibition looks at the label colour; they look at: alertname, /,
  ],
  [{ tenant_id: "prod" }, "There is no tenant prod; did you mean prd?"],
  [{ cluster: "three" }, "There is no edge three; there are: dev, one, two"],
  [{ alertname: "EdgeSilnt" }, "There is no alert EdgeSilnt; did you mean EdgeSilent?"],
  [{ cluster: "one", tenant_id: "dev" }, "Edge one belongs to tenant prd: nothing of it is dev's."],
])("says what is odd about %j", (labels, note) => {
  const { notes } = ask(labels as Question["labels"]);
  expect(notes).toEqual([typeof note === "string" ? note : expect.stringMatching(note)]);
});

describe("the table of all alerts", () => {
  const all = (labels: Question["labels"] = {}) => directory.askAll({ labels, at, firing: [] });

  it("has every alert for every tenant, apart where edges are told in another way", () => {
    const lines = all();
    expect(new Set(lines.map(({ tenant }) => tenant))).toEqual(new Set(["dev", "prd"]));
    const silent = lines.filter(({ alert }) => alert === "EdgeSilent");
    expect(silent).toMatchObject([
      {
        tenant: "dev",
        edges: ["dev"],
        allEdges: true,
        receivers: [{ receiver: "everything-else" }],
      },
      { tenant: "prd", edges: ["one"], allEdges: false, receivers: [{ receiver: "on-call" }] },
      {
        tenant: "prd",
        edges: ["two"],
        allEdges: false,
        receivers: [{ receiver: "everything-else" }],
      },
    ]);
    expect(lines.find(({ alert }) => alert === "Watchdog")?.receivers).toEqual([
      { receiver: "nobody", ways: [] },
    ]);
  });

  it("is narrowed by labels", () => {
    const lines = all({ tenant_id: "prd", environment: "prd", severity: "critical" });
    expect(
      new Set(lines.map(({ tenant, severity, edges }) => `${tenant} ${severity} ${edges}`)),
    ).toEqual(new Set(["prd critical one"]));
    expect(showLines(lines, at)).toContain(
      `${lines.length} lines for 1 tenant, at 2026-12-24T03:00:00.000Z; 0 of them tell nobody.`,
    );
  });
});
