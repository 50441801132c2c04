/**
 * Proves (mocks): an edge that is given its connection makes what an edge with explicit arguments
 * makes; contradictions are told; arguments may be outputs; pods and configuration can be changed.
 * Does not prove: that a hub gives such a connection; test/components/contract does. Values that
 * are known late are checked by the same function, in an apply, which mocks cannot show.
 */
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test } from "vitest";
import type { EdgeConnection } from "../../../components/contract/connection";
import type { EdgeAgentArgs } from "../../../components/edge/args";
import { EdgeAgent } from "../../../components/edge/edge-agent";
import { fromYaml } from "../../../components/kit/yaml";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { certificate, edgeArgs, hubAddress, privateKey } from "./edge";

afterEach(settled);

const connection: EdgeConnection = {
  cluster: "dev",
  environment: "dev",
  region: "uaenorth",
  clusterType: "workload",
  tenantId: "customer-a",
  ...hubAddress,
  trustBundle: [certificate],
  certificate,
  deduplicates: true,
  backends: { metrics: "mimir", logs: "loki", traces: "tempo" },
  outage: "7h",
  activeSeries: 130_000,
  logBytesPerSecond: 170_000,
  spansPerSecond: 190,
  nodes: 11,
};

async function deploy(args: EdgeAgentArgs): Promise<Recorded[]> {
  const resources = recordResources();
  new EdgeAgent("edge", args);
  await settled();
  return resources.filter(({ type }) => type.startsWith("kubernetes:"));
}

const inputsOf = (resources: readonly Recorded[], name: string, kind = "") =>
  resources.find((each) => each.name === name && each.type.endsWith(kind))?.inputs as never;

/** Resources that wait for a value are registered later. */
const byName = (resources: readonly Recorded[]) =>
  Object.fromEntries(resources.map((each) => [`${each.type} ${each.name}`, each]));

interface Pods {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: object } };
}

describe("a connection", () => {
  test("is all that an edge needs beside its key", async () => {
    const { outage, activeSeries, logBytesPerSecond, spansPerSecond, nodes } = connection;
    const explicit = await deploy({
      ...edgeArgs,
      hub: { ...edgeArgs.hub, signals: ["metrics", "logs", "traces"] },
      ...{ outage, activeSeries, logBytesPerSecond: logBytesPerSecond ?? 0 },
      ...{ spansPerSecond: spansPerSecond ?? 0, nodes: nodes ?? 0 },
    });
    expect(await deploy({ connection, privateKey })).toEqual(explicit);
    expect(explicit.length).toBeGreaterThan(30);
  });

  test("may be repeated, not contradicted, and takes the place of the hub", async () => {
    await expect(
      deploy({ connection, privateKey, cluster: "dev", nodes: 11 }),
    ).resolves.toBeTruthy();
    const wrong = deploy({ ...edgeArgs, connection, cluster: "stg", nodes: 13, replicas: 3 });
    await expect(wrong).rejects.toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: EdgeAgent edge: 5 problems

      1. cluster
         got       "stg"
         expected  "dev", as the connection says, or nothing
         paste     // remove cluster

      2. nodes
         got       13
         expected  11, as the connection says, or nothing
         paste     // remove nodes

      3. hub
         got       nothing
         expected  nothing, since the connection says how the hub is reached
         paste     // remove hub

      4. privateKey
         got       nothing
         expected  the private key of the certificate in the connection
         paste     privateKey: "-----BEGIN PRIVATE KEY-----..."

      5. replicas
         got       3
         expected  Number of agents: a whole number from 1 to 2
         paste     replicas: 2]
    `);
  });

  test("of a hub that would store samples twice allows one agent", async () => {
    const once = { ...connection, deduplicates: false };
    await expect(deploy({ connection: once, privateKey, replicas: 2 })).rejects.toThrow(
      "the hub would store every sample of a pair twice",
    );
  });

  test("names backends, and those that nobody knows are told", async () => {
    const backends = { ...connection.backends, logs: "elsewhere" };
    await expect(deploy({ connection: { ...connection, backends }, privateKey })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: EdgeAgent edge: 1 problem

      1. connection.backends.logs
         got       "elsewhere"
         expected  a backend that stores logs: loki
         paste     connection: { backends: { logs: "loki" } }]
    `);
  });

  test("or else the hub and the labels are required", async () => {
    await expect(deploy({})).rejects.toThrow(/6 problems[^]*1. cluster[^]*6. connection/);
  });
});

describe("an argument that only the engine knows", () => {
  const region = pulumi.output("moon");
  const scrapeInterval = pulumi.output("17s");

  test("reaches what is deployed as one that is plain does", async () => {
    const { url, serverName } = edgeArgs.hub;
    const hub = { ...edgeArgs.hub, url: pulumi.output(url), serverName: pulumi.output(serverName) };
    const late = await deploy({ ...edgeArgs, hub, region, scrapeInterval });
    const plain = await deploy({ ...edgeArgs, region: "moon", scrapeInterval: "17s" });
    expect(byName(late)).toEqual(byName(plain));
  });
});

describe("pods", () => {
  const toleration = { key: "observability", operator: "Exists" };
  const podOf = (resources: readonly Recorded[], name: string, kind: string) =>
    (inputsOf(resources, name, kind) as Pods).spec.template;

  test("are placed all together, and one kind apart", async () => {
    const resources = await deploy({
      connection,
      privateKey,
      pods: {
        labels: { team: "observability" },
        tolerations: [toleration],
        agent: { priorityClassName: "high", resources: { requests: { memory: "9Gi" } } },
      },
    });
    for (const [name, kind] of [
      ["edge-prometheus-agent", "StatefulSet"],
      ["edge-node-exporter", "DaemonSet"],
      ["edge-kube-state-metrics", "Deployment"],
      ["edge-otel-agent", "DaemonSet"],
      ["edge-otel-gateway", "StatefulSet"],
    ] as const) {
      const { metadata, spec } = podOf(resources, name, kind);
      expect(metadata).toMatchObject({ labels: { team: "observability" } });
      expect(spec).toMatchObject({ tolerations: expect.arrayContaining([toleration]) as unknown });
      const first = name === "edge-prometheus-agent";
      expect((spec as { priorityClassName?: string }).priorityClassName).toBe(
        first ? "high" : undefined,
      );
    }
    expect(podOf(resources, "edge-prometheus-agent", "StatefulSet").spec).toMatchObject({
      containers: [{ resources: { requests: { memory: "9Gi" } } }],
    });
  });
});

describe("the proxy of pods", () => {
  const remoteWrite = async (pods?: EdgeAgentArgs["pods"]) => {
    const resources = await deploy({ connection, privateKey, ...(pods && { pods }) });
    const { data } = inputsOf(resources, "edge-prometheus-agent-config") as {
      data: Record<string, string>;
    };
    const { remote_write } = fromYaml(data["prometheus.yml"] ?? "") as { remote_write: object[] };
    return remote_write[0];
  };
  const proxy = { httpsProxy: "http://proxy.example.com:3128" };

  test.each([{ proxy }, { agent: { proxy } }])(
    "is the agent's way to the hub: %o",
    async (pods) => {
      expect(await remoteWrite(pods)).toHaveProperty("proxy_from_environment", true);
    },
  );

  test("is none where it is another component's", async () => {
    expect(await remoteWrite({ kubeStateMetrics: { proxy } })).toEqual(await remoteWrite());
  });
});

describe("configuration in upstream's own words", () => {
  test("is merged last, and appended to lists", async () => {
    const resources = await deploy({
      connection,
      privateKey,
      extraConfig: {
        agent: {
          global: { scrape_timeout: "9s" },
          scrape_configs: [{ job_name: "mine", static_configs: [{ targets: ["a:1"] }] }],
        },
        collector: { receivers: { zipkin: {} } },
        collectorGateway: { service: { pipelines: { "traces/mine": { receivers: ["otlp"] } } } },
      },
    });
    const text = (name: string, file: string) =>
      (inputsOf(resources, name) as { data: Record<string, string> }).data[file] ?? "";
    const agent = fromYaml(text("edge-prometheus-agent-config", "prometheus.yml")) as {
      global: object;
      scrape_configs: { job_name: string }[];
    };
    expect(agent.global).toMatchObject({ scrape_interval: "15s", scrape_timeout: "9s" });
    expect(agent.scrape_configs.map(({ job_name }) => job_name)).toEqual(
      expect.arrayContaining(["kubelet", "mine"]),
    );
    expect(fromYaml(text("edge-otel-agent-config", "config.yaml"))).toHaveProperty(
      "receivers.zipkin",
    );
    expect(fromYaml(text("edge-otel-gateway-config", "config.yaml"))).toHaveProperty([
      "service",
      "pipelines",
      "traces/mine",
    ]);
  });

  test("does not touch the delivery to the hub", async () => {
    const extraConfig = {
      agent: { remote_write: [], global: { external_labels: { cluster: "other" } } },
      collector: { service: { pipelines: { logs: { exporters: [] } } } },
    };
    await expect(deploy({ connection, privateKey, extraConfig })).rejects.toThrow(
      /3 problems[^]*extraConfig.agent.remote_write[^]*external_labels[^]*pipelines.logs/,
    );
  });
});

describe("what an edge is told", () => {
  // Each value differs from its default and from every other.
  const args: EdgeAgentArgs = {
    connection: { ...connection, logBytesPerSecond: 310_007, spansPerSecond: 7919 },
    privateKey,
    traces: { decisionWait: "13s", slowerThan: "3s", samplingPercentage: 29 },
  };
  const config = async (changed: EdgeAgentArgs["traces"], name: string) => {
    const resources = await deploy({ ...args, traces: { ...args.traces, ...changed } });
    const { data } = inputsOf(resources, `edge-otel-${name}-config`) as {
      data: { "config.yaml": string };
    };
    return fromYaml(data["config.yaml"]) as {
      processors: Record<string, never>;
      exporters: Record<string, { sending_queue: { queue_size: number } }>;
    };
  };

  test("of sampling reaches the collector that samples", async () => {
    expect((await config({}, "gateway")).processors["tail_sampling"]).toMatchObject({
      decision_wait: "13s",
      policies: [
        {},
        { latency: { threshold_ms: 3000 } },
        {},
        { probabilistic: { sampling_percentage: 29 } },
      ],
    });
    const { processors } = await config({ sampling: "probabilistic" }, "gateway");
    expect(processors).toMatchObject({ probabilistic_sampler: { sampling_percentage: 29 } });
    expect(processors).not.toHaveProperty("tail_sampling");
    const none = await config({ sampling: "none" }, "gateway");
    expect(Object.keys(none.processors)).not.toContain("probabilistic_sampler");
  });

  test("of bytes of log lines and of spans is not taken for the other", async () => {
    const { processors } = await config({}, "gateway");
    // Three times the spans of the time for which traces wait, and 5 s.
    expect(processors["tail_sampling"]).toMatchObject({ num_traces: 3 * 7919 * (13 + 5) });
    const { exporters } = await config({}, "agent");
    const lines = 2 * 7 * 3600 * 310_007 * (4 / 11);
    const queue = exporters["otlp_http/hub"]?.sending_queue.queue_size ?? 0;
    expect(queue).toBeGreaterThanOrEqual(lines);
    expect(queue).toBeLessThan(1.2 * lines);
    const spans = 3600 * 7919 * 1024 * (4 / 11);
    const toGateway = exporters["load_balancing"]?.sending_queue.queue_size ?? 0;
    expect(toGateway).toBeGreaterThanOrEqual(spans);
    expect(toGateway).toBeLessThan(1.2 * spans);
  });

  test("nothing goes in or out of its namespaces but what the flows list", async () => {
    const resources = await deploy(args);
    for (const name of ["edge-policy-default-deny", "edge-node-policy-default-deny"]) {
      expect(inputsOf(resources, name)).toMatchObject({
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      });
    }
  });
});
