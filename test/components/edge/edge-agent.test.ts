/**
 * Proves (mocks): which objects EdgeAgent makes, their names, parents and namespaces, what may
 * restart the agent, what is refused. Does not prove: that Kubernetes takes them and Prometheus
 * runs on them; the lab does.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EdgeAgentArgs } from "../../../components/edge/args";
import { EdgeAgent } from "../../../components/edge/edge-agent";
import { runningConfigHash } from "../../../components/edge/metrics/config";
import { ConfigurationError } from "../../../components/kit/issues";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";
import { certificate, edgeArgs } from "./edge";
import { parsed } from "../../support/yaml";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));
afterEach(settled);

async function deploy(args: Partial<EdgeAgentArgs> = {}) {
  resources = recordResources();
  const agent = new EdgeAgent("edge", { ...edgeArgs, ...args });
  await settled();
  return agent;
}

interface KubernetesInputs {
  metadata: {
    name: string;
    namespace?: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  data: Record<string, string>;
  stringData: Record<string, string>;
  rules: object[];
  spec: {
    template: { metadata: object; spec: { containers: { args: string[] }[] } };
    resources: { requests: { storage: string } };
  };
}

const find = (name: string, type = "") => {
  const found = resources.find(
    (resource) => resource.name === name && resource.type.includes(type),
  );
  return found?.inputs as unknown as KubernetesInputs;
};

describe("the tree", () => {
  test("is this", async () => {
    await deploy();
    const lines = resources.map(
      ({ type, name, parent = "" }) => `${parent} > ${name} ${type.split(":").at(-1)}`,
    );
    expect(lines.sort()).toEqual([
      " > edge EdgeAgent",
      "edge > edge-identity Secret",
      "edge > edge-kube-state-metrics KubeStateMetrics",
      "edge > edge-namespace Namespace",
      "edge > edge-node-exporter NodeExporter",
      "edge > edge-node-namespace Namespace",
      "edge > edge-node-policy-default-deny NetworkPolicy",
      "edge > edge-node-policy-node-exporter NetworkPolicy",
      "edge > edge-policy-default-deny NetworkPolicy",
      "edge > edge-policy-kube-state-metrics NetworkPolicy",
      "edge > edge-policy-prometheus-agent NetworkPolicy",
      "edge > edge-prometheus-agent PrometheusAgent",
      "edge-kube-state-metrics > edge-kube-state-metrics Deployment",
      "edge-kube-state-metrics > edge-kube-state-metrics-account ServiceAccount",
      "edge-kube-state-metrics > edge-kube-state-metrics-role ClusterRole",
      "edge-kube-state-metrics > edge-kube-state-metrics-role-binding ClusterRoleBinding",
      "edge-kube-state-metrics > edge-kube-state-metrics-service Service",
      "edge-node-exporter > edge-node-exporter DaemonSet",
      "edge-prometheus-agent > edge-prometheus-agent StatefulSet",
      "edge-prometheus-agent > edge-prometheus-agent-account ServiceAccount",
      "edge-prometheus-agent > edge-prometheus-agent-buffer PersistentVolumeClaim",
      "edge-prometheus-agent > edge-prometheus-agent-config ConfigMap",
      "edge-prometheus-agent > edge-prometheus-agent-role ClusterRole",
      "edge-prometheus-agent > edge-prometheus-agent-role-binding ClusterRoleBinding",
      "edge-prometheus-agent > edge-prometheus-agent-service Service",
    ]);
  });

  test("keeps node agents apart, in a namespace of their own", async () => {
    await deploy({ namespace: "watch" });
    const namespaces = resources.map(({ inputs, name }) => [
      name,
      (inputs as Partial<KubernetesInputs>).metadata?.namespace,
    ]);
    const inNodeNamespace = namespaces
      .filter(([, namespace]) => namespace === "watch-node")
      .map(([name]) => name);
    expect(inNodeNamespace.sort()).toEqual([
      "edge-node-exporter",
      "edge-node-policy-default-deny",
      "edge-node-policy-node-exporter",
    ]);
    expect(find("edge-namespace").metadata.labels["pod-security.kubernetes.io/enforce"]).toBe(
      "restricted",
    );
    expect(find("edge-prometheus-agent-role").metadata.name).toBe("watch-prometheus-agent");
  });

  test("tells disk and memory of the buffer before anything is deployed", async () => {
    const agent = await deploy({ outage: "6h", activeSeries: 200_000 });
    expect(await resolved(agent.bufferDisk)).toBe(
      find("edge-prometheus-agent-buffer").spec.resources.requests.storage,
    );
    expect(await resolved(agent.bufferMemory)).toBe("1536Mi");
    expect(await resolved((await deploy({ bufferDisk: "50Gi" })).bufferDisk)).toBe("50Gi");
  });
});

describe("the agent", () => {
  const template = () => find("edge-prometheus-agent", "StatefulSet").spec.template;

  test("is restarted by another outage or size, not by another configuration or certificate", async () => {
    await deploy();
    const before = template();
    const config = find("edge-prometheus-agent-config");
    const renewed = certificate.replace("MIIB", "MIIC");
    await deploy({
      scrapeInterval: "30s",
      verifyKubelets: false,
      hub: { ...edgeArgs.hub, certificate: renewed },
    });
    expect(template().spec.containers[0]?.args).not.toEqual([]);
    expect(find("edge-prometheus-agent-config").data).not.toEqual(config.data);
    expect(find("edge-identity").stringData["tls.crt"]).toBe(renewed);
    // Twice the interval is half the samples: less CPU, and else the same pod.
    expect(withoutResources(template())).toEqual(withoutResources(before));

    await deploy({ outage: "12h" });
    expect(template()).not.toEqual(before);
  });

  test("is told the hash of the configuration it should run", async () => {
    await deploy();
    const { metadata, data } = find("edge-prometheus-agent-config");
    expect(metadata.annotations?.[CONFIG_HASH_ANNOTATION]).toBe(
      runningConfigHash(data["prometheus.yml"] ?? ""),
    );
    expect(parsed(data["prometheus.yml"] ?? "")).toHaveProperty("remote_write.0.url");
  });

  test("may list what it discovers and read metrics, and nothing else", async () => {
    await deploy();
    const { rules } = find("edge-prometheus-agent-role");
    expect(rules).toEqual([
      { apiGroups: [""], resources: ["nodes", "pods", "services"], verbs: ["list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { nonResourceURLs: ["/metrics"], verbs: ["get"] },
    ]);
  });

  test("may not read metrics of what it does not scrape", async () => {
    const off = { enabled: false };
    await deploy({
      sources: {
        kubelet: off,
        cadvisor: off,
        apiServer: off,
        nodeExporter: off,
        kubeStateMetrics: off,
      },
    });
    expect(find("edge-prometheus-agent-role").rules).toEqual([
      { apiGroups: [""], resources: ["pods", "services"], verbs: ["list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ]);
    expect(resources.map(({ type }) => type)).not.toContain("kubernetes:apps/v1:DaemonSet");
  });
});

describe("a pair of agents", () => {
  const manifests = () => resources.filter(({ type }) => type.startsWith("kubernetes:"));
  const rulesOf = (name: string) =>
    parsed(find(name).data["prometheus.yml"] ?? "").remote_write[0].write_relabel_configs;

  test("leaves the first one as it was, in every byte", async () => {
    await deploy();
    const alone = manifests();
    await deploy({ replicas: 2 });
    for (const { name, inputs } of alone) {
      expect({ name, inputs: manifests().find((each) => each.name === name)?.inputs }).toEqual({
        name,
        inputs,
      });
    }
    const added = manifests().filter(({ name }) => !alone.some((each) => each.name === name));
    expect(added.map(({ name }) => name).sort()).toEqual([
      "edge-prometheus-agent-b",
      "edge-prometheus-agent-b-account",
      "edge-prometheus-agent-b-buffer",
      "edge-prometheus-agent-b-config",
      "edge-prometheus-agent-b-role",
      "edge-prometheus-agent-b-role-binding",
      "edge-prometheus-agent-b-service",
      "edge-prometheus-agent-disruption-budget",
    ]);
  });

  test("differs in the label that the hub drops, and says so in its hash", async () => {
    await deploy({ replicas: 2 });
    const [first, second] = ["edge-prometheus-agent-config", "edge-prometheus-agent-b-config"];
    expect(rulesOf(first).at(-1)).toEqual({
      target_label: "__replica__",
      replacement: "prometheus-agent-0",
    });
    expect(rulesOf(second).at(-1)).toEqual({
      target_label: "__replica__",
      replacement: "prometheus-agent-b-0",
    });
    expect(rulesOf(first).slice(0, -1)).toEqual(rulesOf(second).slice(0, -1));
    const hash = (name: string) => find(name).metadata.annotations?.[CONFIG_HASH_ANNOTATION];
    expect(hash(first)).not.toBe(hash(second));
  });

  test("is found, let in and kept from going down together by the name of the program alone", async () => {
    await deploy({ replicas: 2 });
    const byName = { matchLabels: { "app.kubernetes.io/name": "prometheus-agent" } };
    expect(find("edge-prometheus-agent-disruption-budget").spec).toMatchObject({
      maxUnavailable: 1,
      selector: byName,
    });
    expect(find("edge-policy-prometheus-agent").spec).toMatchObject({ podSelector: byName });
    const { affinity } = find("edge-prometheus-agent-b", "StatefulSet").spec.template.spec as {
      affinity?: object;
    };
    expect(JSON.stringify(affinity)).toContain(JSON.stringify(byName));
  });

  test("is refused where its hub would store every sample twice, and a lone agent then sends no label", async () => {
    const hub = { ...edgeArgs.hub, deduplicates: false };
    expect(() => new EdgeAgent("edge", { ...edgeArgs, hub, replicas: 2 })).toThrow(
      "hub.deduplicates",
    );
    expect(() => new EdgeAgent("edge", { ...edgeArgs, replicas: 3 })).toThrow(
      "a whole number from 1 to 2",
    );
    await deploy({ hub });
    expect(JSON.stringify(rulesOf("edge-prometheus-agent-config"))).not.toContain("__replica__");
  });
});

function withoutResources(template: KubernetesInputs["spec"]["template"]) {
  const [container] = template.spec.containers;
  return { ...template, spec: { ...template.spec, containers: [{ ...container, resources: {} }] } };
}

describe("arguments", () => {
  test("are refused all at once, each with the line to paste", () => {
    const make = () =>
      new EdgeAgent("edge", {
        ...edgeArgs,
        cluster: "Dev",
        region: "",
        hub: { ...edgeArgs.hub, url: "http://ingest.ops.example.com/api/v1/push" },
        namespace: "a".repeat(59),
        outage: "6 hours",
        activeSeries: 0.5,
        bufferDisk: "20GB",
      });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: EdgeAgent edge: 7 problems

      1. cluster
         got       "Dev"
         expected  Name of the edge in the hub's inventory: a DNS label: lower-case letters, digits and '-', at most 40 characters, starting with a letter
         paste     cluster: "dev"

      2. region
         got       ""
         expected  Region of the cluster, the label \`region\`
         paste     region: "uaenorth"

      3. hub.url
         got       "http://ingest.ops.example.com/api/v1/push"
         expected  Address of the hub's gateway: an https address without a path
         paste     hub: { url: "https://ingest.ops.example.com" }

      4. namespace
         got       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         expected  Name of the namespace to create: a DNS label of at most 58 characters
         paste     namespace: "heliograph"

      5. outage
         got       "6 hours"
         expected  Longest time that the hub may be away without loss of a sample: a duration: a whole number and s, m, h or d, e.g. 90s, 30m, 6h
         paste     outage: "6h"

      6. activeSeries
         got       0.5
         expected  Number of series that the edge sends at a time: a whole number above 0
         paste     activeSeries: 200000

      7. bufferDisk
         got       "20GB"
         expected  Disk of each agent's buffer: a Kubernetes quantity, e.g. 20Gi
         paste     bufferDisk: "20Gi"]
    `);
  });

  test("may be at their limits", async () => {
    await deploy({
      namespace: "a".repeat(58),
      outage: "1s",
      activeSeries: 1,
      bufferDisk: "1Mi",
      region: "Middle East",
    });
    expect(resources).toHaveLength(25);
  });
});
