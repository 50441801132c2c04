/**
 * Proves (mocks): what an edge makes for logs and traces, what of it is off, that its objects keep
 * to the policies, and that all log agents are told the same. Does not prove: that the programs do
 * what they are told. The collector's configuration is run in test/programs/otel-*; Promtail and
 * Fluent Bit cannot be run here.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { EdgeAgentArgs, EdgeHubArgs } from "../../../components/edge/args";
import { EdgeAgent } from "../../../components/edge/edge-agent";
import { edgeFlows } from "../../../components/edge/network";
import { fluentBit, fluentBitConfig } from "../../../components/edge/logs/fluent-bit";
import { promtailConfig } from "../../../components/edge/logs/promtail";
import type { CollectorConfig } from "../../../components/edge/collector/config";
import { hubTarget } from "../../../components/edge/hub-target";
import { resolveSources } from "../../../components/edge/metrics/sources/registry";
import { LOG_LABELS, LOG_METADATA } from "../../../components/contract/names";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import { ConfigurationError } from "../../../components/kit/issues";
import { toYaml } from "../../../components/kit/yaml";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";
import { certificate, configArgs, edgeArgs, telemetryOf, type TelemetryOf } from "./edge";

afterEach(settled);

const ALL = ["metrics", "logs", "traces"] as const;

async function deploy(
  args: Partial<EdgeAgentArgs> = {},
  signals: EdgeHubArgs["signals"] = [...ALL],
) {
  const resources = recordResources();
  const edge = new EdgeAgent("edge", {
    ...edgeArgs,
    ...args,
    hub: { ...edgeArgs.hub, signals, ...args.hub },
  });
  await settled();
  return { edge, resources };
}

const lines = (resources: readonly Recorded[]) =>
  resources
    .map(({ type, name, parent = "" }) => `${parent} > ${name} ${type.split(":").at(-1)}`)
    .sort();

const rules = {
  multiline: [{ namespace: "web", container: "java", firstLine: "\\d{4}-\\d{2}-\\d{2}" }],
  drop: [{ namespace: "web", pattern: "GET /healthz" }],
  redact: [{ pattern: "card=\\d+" }],
};

describe("what an edge makes for logs and traces", () => {
  test("is nothing where its hub takes neither", async () => {
    const before = await deploy({}, []);
    const metricsAlone = await deploy({}, ["metrics"]);
    expect(metricsAlone.resources).toEqual(before.resources);
    expect(before.edge.otlpEndpoint).toBeUndefined();
    const off = await deploy({ logs: { enabled: false }, traces: { enabled: false } });
    expect(lines(off.resources)).toEqual(lines(before.resources));
  });

  test("is this where it takes both, beside what there was", async () => {
    const before = lines((await deploy({}, ["metrics"])).resources);
    const { edge, resources } = await deploy();
    expect(lines(resources)).toEqual(expect.arrayContaining(before));
    expect(lines(resources).filter((line) => !before.includes(line))).toEqual([
      "edge > edge-node-identity Secret",
      "edge > edge-node-policy-otel-agent NetworkPolicy",
      "edge > edge-otel-agent NodeAgent",
      "edge > edge-otel-agent-service Service",
      "edge > edge-otel-gateway OtelGateway",
      "edge > edge-policy-otel-gateway NetworkPolicy",
      "edge-otel-agent > edge-otel-agent DaemonSet",
      "edge-otel-agent > edge-otel-agent-account ServiceAccount",
      "edge-otel-agent > edge-otel-agent-config ConfigMap",
      "edge-otel-agent > edge-otel-agent-role ClusterRole",
      "edge-otel-agent > edge-otel-agent-role-binding ClusterRoleBinding",
      "edge-otel-gateway > edge-otel-gateway StatefulSet",
      "edge-otel-gateway > edge-otel-gateway-config ConfigMap",
      "edge-otel-gateway > edge-otel-gateway-queue-0 PersistentVolumeClaim",
      "edge-otel-gateway > edge-otel-gateway-service Service",
    ]);
    expect(await resolved(edge.otlpEndpoint!)).toBe("http://otel-agent.heliograph-node:4318");
    expect(await resolved(edge.nodeQueueDisk!)).toBe("8832Mi");
    expect(await resolved(edge.gatewayDisk!)).toBe("2016Mi");
  });

  test.each([
    ["otel", {}],
    ["promtail", {}],
    ["fluent-bit", { redact: [] }],
  ] as const)("keeps to the policies, with %s", async (agent, changed) => {
    const { resources } = await deploy({
      logs: { agent, ...rules, ...changed } as EdgeAgentArgs["logs"],
      traces: { gatewayReplicas: 2 },
      exporters: [
        {
          name: "other",
          kind: "otlp",
          endpoint: "https://a.example.com",
          secretName: "other",
          signals: ["traces"],
        },
      ],
    });
    const objects = resources.filter(({ type }) => type.startsWith("kubernetes:")).map(asObject);
    expect(
      objects.filter(({ kind }) => kind === "DaemonSet").map(({ metadata }) => metadata.name),
    ).toContain(agent === "otel" ? "otel-agent" : agent);
    expect(
      violations(objects).map(({ policy, object, detail }) => `${policy}: ${object} ${detail}`),
    ).toEqual([]);
    // No token is in a ConfigMap: pods get it from the Secret.
    const has = (kind: string, text: string) =>
      objects.filter((object) => object.kind === kind && JSON.stringify(object).includes(text))
        .length;
    expect(has("ConfigMap", "${env:EXPORTER_OTHER_TOKEN}")).toBe(1);
    expect([
      has("StatefulSet", '"secretKeyRef":{"key":"token","name":"other"}'),
      has("DaemonSet", "secretKeyRef"),
    ]).toEqual([1, 0]);
  });

  test("restarts with its configuration and whom it trusts, not with a new certificate", async () => {
    const hashes = ({ resources }: { resources: Recorded[] }) =>
      resources
        .filter(
          ({ name, type }) =>
            /^edge-otel-(agent|gateway)$/.test(name) && type.startsWith("kubernetes:"),
        )
        .map(
          ({ inputs }) =>
            (
              inputs as {
                spec: { template: { metadata: { annotations: Record<string, string> } } };
              }
            ).spec.template.metadata.annotations[CONFIG_HASH_ANNOTATION],
        );
    const [before, renewed, trusting, changed] = [
      hashes(await deploy()),
      hashes(
        await deploy({
          hub: {
            ...edgeArgs.hub,
            signals: [...ALL],
            certificate: certificate.replace("MIIB", "MIIC"),
          },
        }),
      ),
      hashes(
        await deploy({
          hub: { ...edgeArgs.hub, signals: [...ALL], trustBundle: [certificate, certificate] },
        }),
      ),
      hashes(await deploy({ traces: { samplingPercentage: 50 } })),
    ];
    expect(before).toHaveLength(2);
    expect(renewed).toEqual(before);
    expect(trusting[0]).not.toBe(before[0]);
    expect(trusting[1]).not.toBe(before[1]);
    // Sampling is the gateway's.
    expect([changed[0] === before[0], changed[1] === before[1]]).toEqual([true, false]);
  });
});

function asObject({ type, inputs }: Recorded): KubernetesObject {
  return { kind: type.split(":").at(-1), ...inputs } as unknown as KubernetesObject;
}

describe("the collectors", () => {
  const { agent, gateway } = telemetryOf({ logs: rules });

  test("are configured like this", async () => {
    await expect(toYaml(agent!.config)).toMatchFileSnapshot("golden/otel-agent.yaml");
    await expect(toYaml(gateway!.config)).toMatchFileSnapshot("golden/otel-gateway.yaml");
  });

  test.each([
    ["agent", agent!.config],
    ["gateway", gateway!.config],
    ["agent alone", telemetryOf({ traces: { tier: "agent" } }).agent!.config],
  ])(
    "of the %s acknowledge nothing that is not on disk, and name only what there is",
    (_, config: CollectorConfig) => {
      const { pipelines } = config.service;
      for (const [name, { receivers, processors, exporters }] of Object.entries(pipelines)) {
        // Traces that wait for their decision are in memory anyhow.
        const batching = processors.indexOf("batch");
        if (batching >= 0) expect(processors[batching - 1], name).toBe("tail_sampling");
        const inside = receivers.every((receiver) => receiver in config.connectors);
        if (!inside) expect(processors[0], name).toBe("memory_limiter");
        for (const receiver of receivers)
          expect({ ...config.receivers, ...config.connectors }).toHaveProperty([receiver]);
        for (const processor of processors) expect(config.processors).toHaveProperty([processor]);
        for (const exporter of exporters)
          expect({ ...config.exporters, ...config.connectors }).toHaveProperty([exporter]);
      }
      for (const exporter of Object.values(config.exporters)) {
        expect(exporter).toMatchObject({
          sending_queue: { storage: "file_storage/queue", sizer: "bytes" },
        });
        expect(exporter).toMatchObject({
          retry_on_failure: { enabled: true, max_elapsed_time: 0 },
        });
      }
      expect(config.extensions["file_storage/queue"]).toMatchObject({ fsync: true });
    },
  );

  test.each([
    ["dev", 10],
    ["stg", 5],
    ["prd", 1],
    ["ops", 1],
  ])("keep of %s %d %% of what nothing speaks for", (environment, percentage) => {
    const { gateway: made } = telemetryOf({ labels: { ...configArgs.labels, environment } });
    expect(made!.config.processors["tail_sampling"]).toMatchObject({
      policies: [
        { type: "status_code" },
        { type: "latency" },
        { type: "numeric_attribute" },
        { probabilistic: { sampling_percentage: percentage } },
      ],
    });
  });

  test("have disk for what comes during the outage, on each node for four times its share", () => {
    const bytes = (changed: Partial<TelemetryOf>) => {
      const { agent: made } = telemetryOf({ traces: { enabled: false }, ...changed });
      return (made!.config.exporters["otlp_http/hub"] as { sending_queue: { queue_size: number } })
        .sending_queue.queue_size;
    };
    const lines = 100_000 * 6 * 3600;
    expect(bytes({})).toBeGreaterThanOrEqual(2 * lines);
    expect(bytes({})).toBeLessThan(3 * lines);
    expect(bytes({ nodes: 4 })).toBe(bytes({}));
    expect(bytes({ nodes: 8 })).toBe(bytes({}) / 2);
    expect(bytes({ outage: "12h" })).toBe(2 * bytes({}));
    expect(bytes({ logs: { disk: "3Gi" } })).toBe(2 * 2 ** 30);
  });
});

describe("log agents", () => {
  const { logs } = telemetryOf({ logs: { agent: "promtail", ...rules } });
  const { logs: fluentBitLogs } = telemetryOf({ logs: { agent: "fluent-bit", ...rules } });

  test("that are not the collector are configured like this", async () => {
    await expect(toYaml(promtailConfig(logs!.pipeline))).toMatchFileSnapshot(
      "golden/promtail.yaml",
    );
    const files = fluentBit.files!({ ...fluentBitLogs!.pipeline, redact: [] });
    await expect(files["fluent-bit.yaml"]).toMatchFileSnapshot("golden/fluent-bit.yaml");
    await expect(files["labels.lua"]).toMatchFileSnapshot("golden/fluent-bit.lua");
  });

  test("all send the same labels, and the same beside them", () => {
    // The collector's are counted on real lines, in test/programs/otel-agent.test.ts.
    const promtail = promtailConfig(logs!.pipeline);
    const { relabel_configs, pipeline_stages } = promtail.scrape_configs[0]! as {
      relabel_configs: { target_label?: string }[];
      pipeline_stages: Record<string, Record<string, unknown>>[];
    };
    const metadata = pipeline_stages.flatMap((stage) =>
      Object.keys(stage["structured_metadata"] ?? {}),
    );
    const dropped = pipeline_stages.flatMap((stage) => Object.values(stage["labeldrop"] ?? {}));
    const made = new Set([
      ...Object.keys((promtail.clients[0] as { external_labels: object }).external_labels),
      ...relabel_configs.flatMap(({ target_label: label = "" }) =>
        label.startsWith("__") ? [] : label,
      ),
      ...pipeline_stages.flatMap((stage) => Object.keys(stage["labels"] ?? {})),
      // What the stage `cri` adds.
      "stream",
    ]);
    for (const name of ["", ...dropped]) made.delete(name as string);
    expect([...made].sort()).toEqual([...LOG_LABELS].sort());
    expect(metadata).toEqual([...LOG_METADATA]);

    const { labels, structured_metadata: beside } = fluentBitConfig(fluentBitLogs!.pipeline)
      .pipeline.outputs[0] as { labels: string; structured_metadata: string };
    expect(labels.split(",").map((pair) => pair.split("=")[0])).toEqual([...LOG_LABELS]);
    expect(beside.split(",")).toEqual(LOG_METADATA.map((name) => `${name}=$${name}`));
  });
});

describe("mistakes", () => {
  test("are all told at once, each with what to write instead", async () => {
    const wrong: Partial<EdgeAgentArgs> = {
      logs: {
        agent: "fluent-bit",
        disk: "10GB",
        drop: [{ pattern: "(?!x)" }],
        redact: [{ pattern: "a" }],
      },
      traces: {
        tier: "agent",
        sampling: "tail",
        samplingPercentage: 101,
        decisionWait: "soon",
        gatewayReplicas: 0,
      },
      exporters: [
        { name: "hub", kind: "splunk", endpoint: "http://x", signals: ["traces"] },
        { name: "b", kind: "otlp", endpoint: "https://b" },
      ],
      nodes: 0,
    };
    const error = await deploy(wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    await expect((error as Error).message).toMatchFileSnapshot("golden/telemetry-mistakes.txt");
  });
});

describe("the connections", () => {
  test("lead from any pod to the collector of its node, from there to the gateway, from both to the hub alone", () => {
    const telemetry = telemetryOf();
    const flows = edgeFlows({
      ...configArgs,
      hub: hubTarget({ url: "https://hub:8443", serverName: "hub" }),
      sources: resolveSources(),
      telemetry,
    });
    const who = (peer: object) =>
      "pods" in peer ? (peer.pods as { name: string }).name : Object.keys(peer)[0];
    const otel = flows.filter(({ from, to }) =>
      [who(from), who(to)].some((name) => name?.startsWith("otel")),
    );
    expect(otel.map(({ from, to, ports }) => `${who(from)} > ${who(to)} ${ports.join()}`)).toEqual([
      "otel-agent > kube-dns 53",
      "otel-agent > kube-dns 53",
      "otel-agent > addresses 8443",
      "prometheus-agent > otel-agent 8888",
      "otel-agent > addresses 443,6443",
      "anyPod > otel-agent 4317,4318",
      "otel-gateway > kube-dns 53",
      "otel-gateway > kube-dns 53",
      "otel-gateway > addresses 8443",
      "prometheus-agent > otel-gateway 8888",
      "otel-agent > otel-gateway 4317",
    ]);
  });
});
