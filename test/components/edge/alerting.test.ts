/**
 * Proves (mocks): what an edge runs that tells its alerts by itself, who may reach whom, that
 * secrets are in their Secret alone, and what is refused, with the whole message that a person
 * reads (messages/<case>.txt). Does not prove: that it runs; test/programs/edge-alerting.test.ts
 * does with real programs.
 */
import { join } from "node:path";
import { beforeEach, describe, expect, it, test } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import { EdgeAgent } from "../../../components/edge/edge-agent";
import type { EdgeAlertingArgs } from "../../../components/edge/alerting/args";
import { edgeIssues } from "../../../components/edge/model";
import { formatIssues } from "../../../components/kit/issues";
import { fromYaml } from "../../../components/kit/yaml";
import type { RuleFile } from "../../../components/rules/types";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { edgeArgs, localStore } from "./edge";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));

const alerting: EdgeAlertingArgs = {
  receivers: {
    "on-call": { pagerDuty: { routingKey: "secret-1" } },
    team: { webhook: { url: pulumi.secret("http://hooks.example.com:8080/secret-2") } },
  },
  routes: [{ severities: ["critical"], receiver: "on-call" }, { receiver: "team" }],
};

async function deploy(change: Partial<EdgeAlertingArgs> = {}) {
  new EdgeAgent("edge", { ...edgeArgs, localStore, alerting: { ...alerting, ...change } });
  await settled();
}

const inputsOf = (name: string) =>
  resources.find((each) => each.name === name)?.inputs as {
    data: Record<string, string>;
    metadata: { annotations: Record<string, string> };
    spec: { egress: object[]; ingress: object[] };
  };
const own = () => resources.filter(({ name }) => name.includes("alertmanager"));

describe("an edge that tells its alerts by itself", () => {
  it("has a pair of Alertmanagers, with frozen names", async () => {
    await deploy();
    expect(
      own()
        .map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`)
        .sort(),
    ).toEqual([
      "apps/v1:StatefulSet edge-alertmanager",
      "core/v1:ConfigMap edge-alertmanager-config",
      "core/v1:PersistentVolumeClaim edge-alertmanager-data-0",
      "core/v1:PersistentVolumeClaim edge-alertmanager-data-1",
      "core/v1:Secret edge-alertmanager-receivers",
      "core/v1:Service edge-alertmanager-pods",
      "core/v1:Service edge-alertmanager-service",
      "core/v1:ServiceAccount edge-alertmanager-service-account",
      "heliograph:edge:Alertmanager edge-alertmanager",
      "networking.k8s.io/v1:NetworkPolicy edge-policy-alertmanager",
      "policy/v1:PodDisruptionBudget edge-alertmanager-disruption-budget",
    ]);
    const objects = own()
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type, inputs }) => ({ ...inputs, kind: type.split(":").at(-1) }));
    expect(violations(objects as unknown as KubernetesObject[])).toEqual([]);
  });

  it("evaluates rules beside its configuration, and tells both by their own names", async () => {
    await deploy();
    for (const agent of ["edge-prometheus-agent", "edge-prometheus-agent-b"]) {
      const { data } = inputsOf(`${agent}-config`);
      expect(fromYaml(data["prometheus.yml"] ?? "")).toMatchObject({
        rule_files: ["rules.yml"],
        alerting: {
          alert_relabel_configs: [{ regex: "prometheus_replica", action: "labeldrop" }],
          alertmanagers: [
            {
              static_configs: [
                {
                  targets: [
                    "alertmanager-0.alertmanager-gossip:9093",
                    "alertmanager-1.alertmanager-gossip:9093",
                  ],
                },
              ],
            },
          ],
        },
      });
      const { groups } = fromYaml(data["rules.yml"] ?? "") as RuleFile;
      expect(groups.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["pipeline", "nodes", "workloads", "volumes"]),
      );
    }
  });

  it("has another hash where only a threshold differs", async () => {
    const hash = async (change: Partial<EdgeAlertingArgs>) => {
      resources = recordResources();
      await deploy(change);
      return JSON.stringify(inputsOf("edge-prometheus-agent-config").metadata.annotations);
    };
    expect(await hash({ thresholds: { nodeCpuRatio: 0.5 } })).not.toBe(await hash({}));
  });

  it("lets its agents tell, Alertmanagers reach each other and receivers, and nobody else", async () => {
    await deploy();
    const policy = inputsOf("edge-policy-alertmanager");
    const ports = (rules: object[]) =>
      (rules as { ports: { port: number; protocol: string }[] }[]).flatMap((rule) =>
        rule.ports.map(({ port, protocol }) => `${port}/${protocol}`),
      );
    expect(ports(policy.spec.egress)).toEqual([
      "9094/TCP",
      "9094/UDP",
      "53/UDP",
      "53/TCP",
      "443/TCP",
      "8080/TCP",
    ]);
    expect(ports(policy.spec.ingress)).toEqual(["9093/TCP", "9093/TCP", "9094/TCP", "9094/UDP"]);
    const agent = JSON.stringify(inputsOf("edge-policy-prometheus-agent").spec.egress);
    expect(agent).toContain('"ports":[{"port":9093,"protocol":"TCP"}]');
  });

  it("has secrets in their Secret alone", async () => {
    await deploy();
    for (const secret of ["secret-1", "secret-2"])
      expect(
        resources
          .filter(({ inputs }) => JSON.stringify(inputs).includes(secret))
          .map((r) => r.name),
      ).toEqual(["edge-alertmanager-receivers"]);
  });

  it("has none of it where the hub evaluates", async () => {
    new EdgeAgent("edge", { ...edgeArgs, localStore });
    await settled();
    expect(own()).toEqual([]);
    const { data } = inputsOf("edge-prometheus-agent-config");
    expect(Object.keys(data)).toEqual(["prometheus.yml"]);
    expect(data["prometheus.yml"]).not.toContain("alerting");
  });
});

describe("a mistake is refused with its whole message", () => {
  test.each<[string, object, object?]>([
    ["alerting-of-an-edge-that-sends", alerting, {}],
    ["alerting-without-receivers", { receivers: {}, routes: [] }],
    [
      "alerting-that-does-not-fit",
      {
        ...alerting,
        routes: [{ severities: ["critical"], receiver: "pager" }],
        thresholds: { nodeCpuRatio: 90 },
        disabled: ["NodeCpuBuzy"],
        runbookBaseUrl: "wiki",
      },
    ],
  ])("%s", async (name, given, store = { localStore }) => {
    const issues = edgeIssues({ ...edgeArgs, ...store, alerting: given } as never);
    const text = `${formatIssues("EdgeAgent edge", issues)}\n`;
    expect(text).not.toContain("secret-");
    await expect(text).toMatchFileSnapshot(join(__dirname, "messages", `${name}.txt`));
  });
});
