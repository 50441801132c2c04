import { describe, expect, it } from "vitest";
import type { HubObservabilityArgs } from "../../../../components/hub/args";
import type { HubMetricsArgs } from "../../../../components/hub/cell-args";
import { flowsOf as hubFlows } from "../../hub/flows";
import { HubObservability } from "../../../../components/hub/hub-observability";
import type { StoreOptions } from "../../../../components/backends/backend";
import { metricsLayout } from "../../../../components/backends/kit/metrics/plan";
import { PLANNING } from "../../../../components/backends/kit/metrics/resources";
import { THANOS as ARCHITECTURE } from "../../../../components/backends/thanos/components";
import { hashrings } from "../../../../components/backends/thanos/config";
import { retentionsOf } from "../../../../components/backends/thanos/limits";
import { roleName } from "../../../../components/kit/labels";
import { violations, type KubernetesObject } from "../../../policy/policies";
import { recordResources, settled, type Recorded } from "../../../support/mocks";
import { connection, hubArgs } from "../../hub/hub";
import { cell, store } from "../support/cell";

const thanos = (metrics: Partial<HubMetricsArgs> = {}): HubObservabilityArgs["cells"] => ({
  main: { metrics: { backend: "thanos", bucket: connection, ...metrics } },
});

async function build(
  metrics: Partial<HubMetricsArgs> = {},
  args: Partial<HubObservabilityArgs> = {},
) {
  const recorded = recordResources();
  new HubObservability("hub", hubArgs({ cells: thanos(metrics), ...args }));
  await settled();
  return recorded.filter(({ type }) => type.startsWith("kubernetes:"));
}

interface Workload {
  readonly spec: { replicas: number; template: { spec: { containers: { args: string[] }[] } } };
}

const own = (recorded: readonly Recorded[]) =>
  recorded.filter(({ parent }) => parent?.startsWith("hub-thanos-main"));
const argsOf = (recorded: readonly Recorded[], name: string) =>
  (
    recorded.find((each) => each.name === name && /:(Deployment|StatefulSet)$/.test(each.type))!
      .inputs as unknown as Workload
  ).spec.template.spec.containers[0]!.args;
const small = cell({ load: { ...cell().load, activeSeries: 200_000, edges: 3 } });
const storeBy = (options: StoreOptions) => store("metrics", { backend: "thanos", ...options });

describe("a cell with Thanos", () => {
  it("makes these objects, with frozen names; microservices are what single has, and more", async () => {
    const lines = (recorded: readonly Recorded[]) =>
      own(recorded)
        .map(({ type, name, inputs }) => {
          const { name: object } = inputs["metadata"] as { name: string };
          const { replicas } = (inputs["spec"] ?? {}) as { replicas?: number };
          return [
            type.split(":").at(-1),
            name,
            object,
            ...(replicas ? [`x ${replicas}`] : []),
          ].join(" ");
        })
        .sort();
    const single = lines(await build());
    const microservices = lines(await build({ topology: "microservices", caches: true }));
    const text = `single\n${single.join("\n")}\n\nmicroservices\n${microservices.join("\n")}\n`;
    await expect(text).toMatchFileSnapshot("../../golden/thanos-objects.txt");
    // Pods and their disks stay when one becomes the other: what an ingester has is not in the bucket yet.
    const unscaled = (all: readonly string[]) => all.map((line) => line.replace(/ x \d+$/, ""));
    expect(unscaled(single).filter((line) => !unscaled(microservices).includes(line))).toEqual([]);
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

  it("is started as reviewed", async () => {
    const alerting = {
      alertmanagers: ["https://alerts.example.com/prefix", "http://alertmanager.monitoring:9093"],
    };
    const metrics = {
      topology: "microservices",
      caches: true,
      retentionDaysRaw: 30,
      retentionDays5m: 90,
    } as const;
    const recorded = await build(metrics, { alerting, watchedBy: "dev" });
    const commands = own(recorded)
      .filter(({ type }) => /:(Deployment|StatefulSet)$/.test(type) && !type.includes("memcached"))
      .map(({ name }) => [name, ...argsOf(recorded, name)].join("\n  "))
      .sort();
    const files = own(recorded)
      .filter(({ type, name }) => type.endsWith(":ConfigMap") && !name.endsWith("-rules"))
      .flatMap(({ inputs }) => Object.entries(inputs["data"] as Record<string, string>))
      .map(([file, text]) => `${file}\n${text}`)
      .sort();
    await expect([...commands, "", ...files].join("\n")).toMatchFileSnapshot(
      "../../golden/thanos.txt",
    );
  });

  it("has one compactor for each retention, which has the tenants of that and no other", async () => {
    const recorded = await build();
    const owners = own(recorded)
      .filter(({ type, name }) => type.endsWith(":StatefulSet") && name.includes("-compactor-"))
      .map(({ name, inputs }) => {
        expect((inputs as unknown as Workload).spec.replicas).toBe(1);
        return [
          name,
          argsOf(recorded, name)
            .find((arg) => arg.includes("relabel"))!
            .match(/regex: (.*)/)![1],
        ];
      });
    expect(Object.fromEntries(owners)).toEqual({
      "hub-thanos-main-compactor-30d": "dev",
      "hub-thanos-main-compactor-365d": "shared|heliograph",
    });
  });

  it("keeps coarser samples for as long as the tenant wants, finer ones for no longer", () => {
    const tenant = (retentionDays: number) => ({ retentionDays, edges: [] });
    const tenants = { a: tenant(20), b: tenant(400), c: tenant(400) };
    expect(retentionsOf(tenants, { retentionDaysRaw: 30, retentionDays5m: 90 })).toEqual({
      "20d": { tenants: ["a"], days: [20, 20, 20] },
      "400d": { tenants: ["b", "c"], days: [30, 90, 400] },
    });
    expect(retentionsOf(tenants, {})["400d"]?.days).toEqual([400, 400, 400]);
  });

  it("names every ingester in the hashring, with its zone, and no ring with fewer of them than copies", () => {
    const zones = ["a", "b", "c"];
    const metrics = storeBy({ topology: "microservices", zones });
    const layout = metricsLayout(ARCHITECTURE, PLANNING, metrics, small)!;
    expect(hashrings("main", layout, zones)).toEqual([
      {
        endpoints: zones.map((az) => ({
          address: `thanos-main-ingester-${az}-0.thanos-main-ingester:10901`,
          az,
        })),
      },
    ]);
    const few = {
      ...layout,
      sizes: { ...layout.sizes, ingester: { ...layout.sizes.ingester, replicas: 2 } },
    };
    expect(() => hashrings("main", few, [])).toThrow(
      "a hashring of 2 ingesters for 3 copies of each sample",
    );
  });

  it.each<[Partial<HubMetricsArgs>, string]>([
    [
      { topology: "microservices", replicas: { compactor: 2 } },
      "1: two would undo each other's work on one bucket",
    ],
    [
      { topology: "microservices", replicas: { ruler: 2 } },
      "1: two would undo each other's work on one bucket",
    ],
    [{ topology: "microservices", replicas: { ingester: 2 } }, "1, or 3 and more"],
    [
      { topology: "microservices", zones: ["a", "b", "c"], replicas: { ingester: 4 } },
      "as many in each of the 3 zones",
    ],
    [
      { replicas: { ingester: 3 } },
      "microservices, because a profile, replicas, caches, redis or zones are given",
    ],
    [
      { topology: "microservices", replicas: { "query-scheduler": 2 } },
      "components of Thanos: distributor, ingester",
    ],
    [{ retentionDaysRaw: 5 }, "a whole number from 10 to 3650"],
    [{ retentionDaysRaw: 60, retentionDays5m: 30 }, "days: a whole number, at least 60"],
    [{ backend: "mimir", retentionDaysRaw: 30 }, "thanos, because retentionDaysRaw is given"],
  ])("refuses %o", (metrics, message) => {
    expect(() => new HubObservability("hub", hubArgs({ cells: thanos(metrics) }))).toThrow(message);
  });

  it("stands on one copy as single, and on three as microservices", () => {
    const durability = (options: StoreOptions) => {
      const metrics = storeBy(options);
      return metrics.backend.durability(metrics, small);
    };
    expect(durability({})).toEqual({
      topology: "single",
      copies: 1,
      ingesters: 1,
    });
    const apart = durability({ topology: "microservices" });
    expect(apart).toEqual({ topology: "microservices", copies: 3, ingesters: 3 });
  });

  it("lets each part in where it has to, in both topologies", () => {
    const name = (peer: object) =>
      "pods" in peer
        ? roleName(peer.pods as Parameters<typeof roleName>[0]).replace(
            "thanos-main-microservices-",
            "",
          )
        : "?";
    const flows = (microservices: boolean) =>
      hubFlows({
        cells: {
          main: { metrics: { ...connection, backend: "thanos", microservices, caches: false } },
        },
        agentNamespace: "heliograph",
        switchPort: 443,
        alertmanagerPorts: [9093],
      }).map(({ from, to, ports }) => `${name(from)} -> ${name(to)} ${ports.join()}`);
    expect(flows(true)).toEqual(flows(false));
    for (const flow of [
      "gateway -> distributor 19291",
      "distributor -> ingester 10901",
      "distributor -> all-querier 10902",
      "query-frontend -> querier 10902",
      "all-querier -> ingester 10901",
      "querier -> store-gateway 10901",
      "ruler -> all-querier 10902",
      "ruler -> distributor 19291",
      "ruler -> ? 9093",
      "compactor -> ? 9000",
      "dead-mans-switch -> all-querier 10902",
    ])
      expect(flows(false)).toContain(flow);
    expect(flows(false).filter((flow) => flow.includes("7946"))).toEqual([]);
  });

  it("shows all tenants to operators alone: who sees several there sees every one", async () => {
    const grafana = {
      host: "grafana.example.com",
      adminPassword: "secret",
      organisations: { shop: { tenants: ["dev", "shared"] } },
    };
    const recorded = await build(
      {},
      { grafana: grafana as unknown as HubObservabilityArgs["grafana"] },
    );
    const files = recorded.find(
      ({ name }) => name.includes("grafana") && name.includes("datasources"),
    )!.inputs["data"] as Record<string, string>;
    expect(files["datasources.yaml"]).toContain(
      "url: http://thanos-main-all-querier:10902/prometheus",
    );
    expect(files["datasources.yaml"]).toContain("prometheusType: Thanos");
    expect(files["organisation.shop.yaml"]).toContain(
      "url: http://thanos-main-query-frontend:10902/prometheus",
    );
    expect(files["organisation.shop.yaml"]).not.toContain("all-querier");
  });
});
