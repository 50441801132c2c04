import { describe, expect, it } from "vitest";
import type { HubObservabilityArgs } from "../../../../components/hub/args";
import type { HubMetricsArgs } from "../../../../components/hub/cell-args";
import { cortexConfig } from "../../../../components/backends/cortex/config";
import { flowsOf as hubFlows } from "../../hub/flows";
import { HubObservability } from "../../../../components/hub/hub-observability";
import { roleName } from "../../../../components/kit/labels";
import { toYaml } from "../../../../components/kit/yaml";
import { violations, type KubernetesObject } from "../../../policy/policies";
import { recordResources, settled, type Recorded } from "../../../support/mocks";
import { connection, hubArgs } from "../../hub/hub";

async function build(
  metrics: Partial<HubMetricsArgs> = {},
  args: Partial<HubObservabilityArgs> = {},
) {
  const recorded = recordResources();
  const cells = {
    main: { metrics: { backend: "cortex" as const, bucket: connection, ...metrics } },
  };
  new HubObservability("hub", hubArgs({ cells, ...args }));
  await settled();
  return recorded.filter(({ type }) => type.startsWith("kubernetes:"));
}

const dataOf = (recorded: readonly Recorded[], name: string, file: string) =>
  (
    recorded.find((resource) => resource.type.endsWith(":ConfigMap") && resource.name === name)
      ?.inputs["data"] as Record<string, string>
  )[file]!;

describe("a cell with Cortex", () => {
  it("makes these objects, with frozen names", async () => {
    const lines = (recorded: readonly Recorded[]) =>
      recorded
        .filter(({ parent }) => parent?.startsWith("hub-cortex-main"))
        .map(({ type, name, inputs }) => {
          const { name: object } = inputs["metadata"] as { name: string };
          return [type.split(":").at(-1), name, object].join(" ");
        })
        .sort()
        .join("\n");
    const [single, microservices] = [
      await build(),
      await build({ topology: "microservices", caches: true }),
    ];
    const text = `single\n${lines(single)}\n\nmicroservices\n${lines(microservices)}\n`;
    await expect(text).toMatchFileSnapshot("../../golden/cortex-objects.txt");
  });

  it.each<[string, Partial<HubMetricsArgs>]>([
    ["single", {}],
    [
      "microservices in zones, with caches",
      { topology: "microservices", zones: ["a", "b", "c"], caches: true },
    ],
  ])("keeps to every policy: %s", async (_, metrics) => {
    const recorded = await build(metrics);
    expect(violations(recorded.map(({ inputs }) => inputs as unknown as KubernetesObject))).toEqual(
      [],
    );
  });

  it("is configured as reviewed", async () => {
    await expect(toYaml(cortexConfig(connection))).toMatchFileSnapshot("../../golden/cortex.yaml");
  });

  it("has its rules evaluated by a Prometheus that asks for all tenants and writes as the hub's own", async () => {
    const alertmanagers = [
      "https://alerts.example.com/prefix",
      "http://alertmanager.monitoring:9093",
    ];
    const recorded = await build({}, { alerting: { alertmanagers } });
    const text = dataOf(recorded, "hub-cortex-main-ruler-config", "prometheus.yml");
    await expect(text).toMatchFileSnapshot("../../golden/ruler.yaml");
    // Prometheus would not read a group that names tenants.
    expect(dataOf(recorded, "hub-cortex-main-rules", "pipeline.yaml")).not.toContain(
      "source_tenants",
    );
  });

  it("lets the ruler in where it reads and writes, and out to the Alertmanagers", () => {
    const flows = hubFlows({
      cells: {
        main: { metrics: { ...connection, backend: "cortex", microservices: true, caches: false } },
      },
      agentNamespace: "heliograph",
      alertmanagerPorts: [9093],
    });
    const name = (peer: object) =>
      "pods" in peer ? roleName(peer.pods as Parameters<typeof roleName>[0]) : "anywhere";
    const ofRuler = flows
      .filter(({ from, to }) => [name(from), name(to)].includes("ruler-main"))
      .map(({ from, to, ports }) => `${name(from)} -> ${name(to)} ${ports.join()}`);
    expect(ofRuler).toEqual([
      "ruler-main -> cortex-main-microservices-query-frontend 8080",
      "ruler-main -> cortex-main-microservices-distributor 8080",
      "prometheus-agent -> ruler-main 8080",
      "ruler-main -> kube-dns 53",
      "ruler-main -> kube-dns 53",
      "ruler-main -> anywhere 9093",
    ]);
  });

  it("is Cortex to Grafana", async () => {
    const grafana = { host: "grafana.example.com", adminPassword: "secret" };
    const recorded = await build({}, { grafana: grafana as HubObservabilityArgs["grafana"] });
    const texts = recorded
      .map(({ inputs }) => JSON.stringify(inputs))
      .filter((text) => text.includes("prometheusType"));
    expect(texts).not.toEqual([]);
    for (const text of texts) expect(text).toMatch(/prometheusType: Cortex/);
  });

  it("has no pods of what Cortex does without", async () => {
    const pods = {
      backend: "cortex",
      bucket: connection,
      topology: "microservices",
      replicas: { ruler: 2 },
    } as const;
    expect(
      () => new HubObservability("hub", hubArgs({ cells: { main: { metrics: pods } } })),
    ).toThrow(
      "components of Cortex: distributor, ingester, querier, query-frontend, store-gateway, compactor",
    );
  });
});
