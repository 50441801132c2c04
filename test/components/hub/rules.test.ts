import { describe, expect, it } from "vitest";
import { alertmanagerConfig } from "../../../components/alertmanager/config";
import { Routing } from "../../../components/alertmanager/routing";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { resolveHub } from "../../../components/hub/resolve";
import { ownAlerts, rulesModel as rulesOf, type SignedFacts } from "../../../components/hub/rules";
import { logAlertGroups } from "../../../components/rules/log-alerts";
import { sloGroupsOf } from "../../../components/rules/slos";
import type { RuleGroup } from "../../../components/rules/types";
import { authority } from "../../programs/support/certificates";
import { alertingArgs } from "./alerting";
import { hubArgs } from "./hub";

const nothing = {
  namespace: "heliograph-hub",
  edges: {},
  gateway: "",
  authorities: [],
  renewBeforeDays: 90,
  runbookBaseUrl: "https://runbooks/#",
};

function rulesModel(args: HubObservabilityArgs, cell: string, facts: SignedFacts) {
  const hub = resolveHub(args);
  return rulesOf(
    hub,
    hub.cells.find(({ name }) => name === cell)!,
    facts,
  );
}

describe("what the rules of a cell are made of", () => {
  it("knows where each edge of the cell stands, and of no edge of another cell", () => {
    const { tenants: known, edges } = hubArgs();
    const args = hubArgs({
      tenants: { ...known, eu: { retentionDays: 30, cell: "eu" } },
      edges: { ...edges, far: { ...edges["dev"]!, tenant: "eu" } },
    });
    const { edges: found, tenants } = rulesModel(args, "main", {
      ...nothing,
      edges: { dev: "PEM", gone: "PEM" },
    });
    expect(found.map(({ name, tenant, state }) => [name, tenant, state])).toEqual([
      ["dev", "dev", "signed"],
      ["one", "shared", "waiting"],
      ["two", "shared", "waiting"],
      ["gone", "dev", "revoked"],
    ]);
    expect(tenants).toEqual(["dev", "shared", "eu"]);
  });

  it("reads the ends of certificates, and of several authorities the first", async () => {
    const [first, second] = [await authority("first"), await authority("second")];
    const { cert } = await first.issue("CN=dev");
    const { certificates } = rulesModel(hubArgs(), "main", {
      ...nothing,
      edges: { dev: cert, gone: cert },
      // A chain: its first certificate is the gateway's own.
      gateway: `${cert}\n${first.cert}`,
      authorities: [second.cert, first.cert],
    });
    expect(certificates.map(({ certificate, cluster }) => [certificate, cluster])).toEqual([
      ["edge", "dev"],
      ["gateway", undefined],
      ["authority", undefined],
    ]);
    const days = certificates.map(({ notAfter }) => (notAfter - Date.now() / 1000) / 86_400);
    for (const left of days) {
      expect(left).toBeGreaterThan(1);
      expect(left).toBeLessThan(400);
    }
  });

  it("watches no end of what is no certificate, as where a stack is rendered", () => {
    const placeholder =
      "-----BEGIN CERTIFICATE-----\nrender: placeholder\n-----END CERTIFICATE-----\n";
    const facts = {
      ...nothing,
      edges: { dev: placeholder },
      gateway: placeholder,
      authorities: [placeholder],
    };
    expect(rulesModel(hubArgs(), "main", facts).certificates).toEqual([]);
  });

  it("finds agents and collectors in the namespaces that their edges name", () => {
    const { edges } = hubArgs();
    expect(rulesModel(hubArgs(), "main", nothing).agentNamespaces).toEqual(["heliograph"]);
    const elsewhere = { ...edges, far: { ...edges["dev"]!, agentNamespace: "observability" } };
    const { agentNamespaces } = rulesModel(hubArgs({ edges: elsewhere }), "main", nothing);
    expect(agentNamespaces).toEqual(["heliograph", "observability"]);
  });
});

describe("the alerts that a hub raises", () => {
  const slo = { objective: 99.9, good: "rate(a[$window])", total: "rate(b[$window])" };
  const hub = resolveHub(
    hubArgs({
      tenants: { dev: { retentionDays: 30, logAlerts: {} }, shared: { retentionDays: 365 } },
      slos: {
        checkout: { ...slo, tenant: "shared", team: "shop", labels: { environment: "prd" } },
      },
      alerting: alertingArgs({
        routes: [
          { tenants: ["dev"], receiver: "production" },
          { tenants: ["shared"], teams: ["shop"], receiver: "shop" },
          { receiver: "everything-else" },
        ],
      }),
    }),
  );
  const alerts = ownAlerts(hub);
  const named = (...names: string[]) => alerts.filter(({ name }) => names.includes(name));

  it("are those on the pipeline, on workloads, on SLOs and on log lines, each once", () => {
    expect(new Set(alerts.map((alert) => JSON.stringify(alert))).size).toBe(alerts.length);
    expect(named("EdgeSilent", "NodeCpuBusy", "ErrorBudgetBurnsFast", "LogPatternFound")).toEqual([
      { name: "EdgeSilent", severity: "critical", labels: {} },
      {
        name: "ErrorBudgetBurnsFast",
        severity: "critical",
        tenant: "shared",
        labels: { environment: "prd", slo: "checkout", team: "shop" },
      },
      { name: "LogPatternFound", severity: "warning", tenant: "dev", labels: { pattern: "oom" } },
      { name: "LogPatternFound", severity: "warning", tenant: "dev", labels: { pattern: "panic" } },
      { name: "NodeCpuBusy", severity: "warning", labels: {} },
    ]);
  });

  it("are told where the routes of their tenant lead, as its rules label them", () => {
    const routing = new Routing(alertmanagerConfig(hub.alertmanager!));
    const told = (rules: readonly RuleGroup[]) =>
      rules
        .flatMap((group) => group.rules)
        .flatMap((rule) => ("alert" in rule ? [{ alertname: rule.alert, ...rule.labels }] : []))
        .map((labels) => routing.notifications(labels).map(({ receiver }) => receiver));
    const [dev, shared] = hub.tenants;
    const onLines = told(logAlertGroups(dev!.logAlerts!, "dev", "https://runbooks/#"));
    expect(onLines).toEqual(Array(4).fill(["production"]));
    const onSlo = told(sloGroupsOf(hub.slos, shared!.id, "https://runbooks/#"));
    expect(onSlo).toEqual(Array(3).fill(["shop"]));
  });
});
