/**
 * Proves, with the real promtool: what an edge evaluates by itself fires there, where series do not
 * have the edge's labels, and not at the hub as well; an edge that does not evaluate is told of by
 * the hub; and failed uploads of a sidecar alarm after their delay, and no longer once they stop.
 * Does not prove: when the other alerts fire (workload-rules.test.ts, rules.test.ts).
 */
import { expect, it } from "vitest";
import { THANOS } from "../../components/backends/thanos";
import { edgeRules } from "../../components/rules/edge-rule-file";
import { rules } from "../../components/rules/rule-file";
import { RUNBOOKS } from "../../components/rules/runbooks";
import { workloadRules } from "../../components/rules/workloads/rules";
import { model } from "../components/rules/model";
import { failures, type TestedRules } from "./support/rule-tests";

const runbookBaseUrl = RUNBOOKS;
const common = { thresholds: {}, disabled: [], runbookBaseUrl };
const atEdge = edgeRules({ ...common, namespace: "heliograph", store: THANOS });
const ofTenant = workloadRules({ ...common, environments: {}, tenants: {} });
const ofHub = rules({ ...model, agentNamespaces: ["heliograph"] }, "");

const DEV = `cluster="dev",environment="dev",tenant_id="dev"`;
const info = (labels: string) => ({ [`heliograph_edge_rules_info{${labels}}`]: "1x90" });
const firing = (alert: string) => `count(ALERTS{alertname="${alert}",alertstate="firing"})`;
const fires = ["{}"];

const kubelet = (labels: string) => ({ [`up{job="kubelet",node="n"${labels}}`]: "0x90" });
const collector = (labels: string) => ({
  [`up{job="otel-agent",namespace="heliograph-node",pod="otel-agent-1"${labels}}`]: "0x90",
});
const apiServer = (labels: string) => ({
  [`up{job="kube-apiserver",instance="a"${labels}}`]: "0x90",
  // What the tenant's rules record of it; the edge's are evaluated here.
  ...(labels && { [`cluster:apiserver_up:max{${labels.slice(1)}}`]: "0x90" }),
});

interface Seen {
  readonly alert: string;
  readonly series: (labels: string) => Record<string, string>;
  readonly hub: TestedRules["rules"];
  readonly minute: number;
}
const seenByBoth: readonly Seen[] = [
  { alert: "KubeletDown", series: kubelet, hub: ofTenant, minute: 30 },
  { alert: "CollectorUnhealthy", series: collector, hub: ofHub, minute: 15 },
  { alert: "ClusterDown", series: apiServer, hub: ofHub, minute: 15 },
];

const cases: Record<string, TestedRules> = {};
for (const { alert, series, hub, minute } of seenByBoth) {
  const expr = firing(alert);
  const test = (given: Record<string, string>, answer: readonly string[]) => [
    { series: given, expr, answers: { [minute]: answer } },
  ];
  const sent = series(`,${DEV}`);
  cases[`${alert} at the edge`] = { rules: atEdge, tests: test(series(""), fires) };
  cases[`${alert} of an edge that evaluates nothing`] = { rules: hub, tests: test(sent, fires) };
  cases[`${alert} of an edge that tells it`] = {
    rules: hub,
    tests: test({ ...sent, ...info(DEV) }, []),
  };
  cases[`${alert} while another edge tells`] = {
    rules: hub,
    tests: test({ ...sent, ...info(DEV.replaceAll('"dev"', '"prd"')) }, fires),
  };
}
cases["SidecarUploadFailing"] = {
  rules: atEdge,
  tests: [
    {
      series: {
        [`thanos_shipper_upload_failures_total{namespace="heliograph",pod="prometheus-agent-0"}`]:
          "0x10 0+2x60 120x60",
      },
      expr: `count by (pod) (ALERTS{alertname="SidecarUploadFailing",alertstate="firing"})`,
      answers: { 10: [], 50: [], 62: [`{pod="prometheus-agent-0"}`], 100: [] },
    },
  ],
};

it("alerts are told by the edge or by the hub, and never by both", () => {
  expect(failures(cases)).toEqual({});
});
