/**
 * Proves: verify says of Alertmanagers what is wrong with them: too few, another configuration, or
 * one that does not know the others. Does not prove: that a real one answers so;
 * test/programs/alertmanager.test.ts reads hash and peers of real ones.
 */
import { afterEach, describe, expect, it } from "vitest";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import {
  alertmanagers,
  edgeAlertmanagers,
} from "../../../src/cli/commands/verify/checks/alertmanager";
import { edgeRules } from "../../../src/cli/commands/verify/checks/edge-alerts";
import type { EdgeView } from "../../../src/cli/commands/verify/edge";
import type { HubView } from "../../../src/cli/commands/verify/hub";
import { clusterOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

interface Pod {
  readonly hash?: string;
  readonly peers?: number;
  readonly ready?: boolean;
}

async function clusterWith(replicas: number, pods: readonly Pod[]) {
  const status = ({ hash = "a1", peers = replicas }: Pod) =>
    JSON.stringify({
      cluster: { status: "ready", ...(peers > 1 && { peers: Array.from({ length: peers }) }) },
      config: { original: `time_intervals:\n  - name: heliograph/${hash}\n` },
    });
  const endpoints = await Promise.all(
    pods.map((pod) => servers.texts({ "/api/v2/status": status(pod) })),
  );
  return clusterOf({
    configMap: async () => ({ metadata: { annotations: { [CONFIG_HASH_ANNOTATION]: "a1" } } }),
    pods: async () =>
      pods.map(({ ready = true }, index) => ({ name: `alertmanager-${index}`, ready })) as never,
    endpoint: ({ pod }: { pod: string }) => endpoints[Number(pod.split("-")[1])]! as never,
  });
}

async function run(replicas: number, pods: readonly Pod[]) {
  const cluster = await clusterWith(replicas, pods);
  return alertmanagers({ replicas }).run({ cluster } as HubView);
}

describe("Alertmanagers", () => {
  it("are well where each runs what was deployed and knows the others", async () => {
    expect(await run(3, [{}, {}, {}])).toMatchObject({ status: "passed", brief: "3 ready" });
  });

  it("is well alone, where there is one", async () => {
    expect(await run(1, [{}])).toMatchObject({ status: "passed" });
  });

  it.each<[string, readonly Pod[], string, string]>([
    ["too few", [{}, {}, { ready: false }], "failed", "2 of 3 pods ready"],
    ["one that is behind", [{}, { hash: "b2" }, {}], "pending", "alertmanager-1 runs b2"],
    ["one that is alone", [{}, {}, { peers: 0 }], "pending", "alertmanager-2 knows 0 of 3"],
  ])("are not where there is %s", async (_, pods, status, detail) => {
    expect(await run(3, pods)).toMatchObject({ status, detail: expect.stringContaining(detail) });
  });
});

describe("those of an edge", () => {
  it.each<[string, readonly Pod[], object]>([
    ["are well", [{}, {}], { status: "passed", brief: "2 ready" }],
    ["are not where one is missing", [{}], { status: "failed" }],
    ["are not where one is alone", [{}, { peers: 0 }], { status: "pending" }],
  ])("%s", async (_, pods, outcome) => {
    const edge = { cluster: () => clusterWith(2, pods) } as unknown as EdgeView;
    expect(await edgeAlertmanagers({ replicas: 2 }).run(edge)).toMatchObject(outcome);
  });
});

describe("the rules of an edge", () => {
  const rule = (health: string) => ({ type: "alerting", name: "A", health, lastError: "no" });
  const check = async (rules: readonly object[], told: number) => {
    const endpoint = await servers.texts({
      "/api/v1/rules": JSON.stringify({ data: { groups: [{ name: "nodes", rules }] } }),
      "/api/v1/alertmanagers": JSON.stringify({
        data: { activeAlertmanagers: Array.from({ length: told }, () => ({})) },
      }),
    });
    const agents = async () => [{ name: "prometheus-agent", endpoint }];
    return edgeRules({ replicas: 2 }).run({ agents } as unknown as EdgeView);
  };

  it.each<[string, string, number, object]>([
    ["are well", "ok", 2, { status: "passed" }],
    ["are not with an error", "err", 2, { status: "failed", detail: "rules with errors: A: no" }],
    ["wait to be evaluated", "unknown", 2, { status: "pending" }],
    ["wait for one that is told", "ok", 1, { detail: "tells 1 of 2 Alertmanagers" }],
  ])("%s", async (_, health, told, outcome) => {
    expect(await check([rule(health)], told)).toMatchObject(outcome);
  });
});
