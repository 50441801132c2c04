import { describe, expect, it } from "vitest";
import type { HubMetricsArgs } from "../../../components/hub/cell-args";
import { HubObservability } from "../../../components/hub/hub-observability";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { connection, hubArgs } from "../hub/hub";

const zones = ["zone-a", "zone-b", "zone-c"];

async function build(metrics: Partial<HubMetricsArgs> = {}): Promise<Recorded[]> {
  const recorded = recordResources();
  new HubObservability(
    "hub",
    hubArgs({ cells: { main: { metrics: { bucket: connection, ...metrics } } } }),
  );
  await settled();
  return recorded;
}

const objects = (recorded: readonly Recorded[]) =>
  recorded.filter(({ type }) => type.startsWith("kubernetes:"));
const named = (recorded: readonly Recorded[], kind: string, name: string) =>
  recorded.find((resource) => resource.type.endsWith(`:${kind}`) && resource.name === name)!;

interface Workload {
  readonly replicas: number;
  readonly template: {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: {
      readonly terminationGracePeriodSeconds: number;
      readonly nodeSelector?: Record<string, string>;
      readonly containers: readonly {
        readonly args: readonly string[];
        readonly env: readonly object[];
      }[];
    };
  };
}
const specOf = ({ inputs }: Recorded) => inputs["spec"] as Workload;

describe("Mimir as microservices", () => {
  it("makes these workloads, claims and services, with frozen names", async () => {
    const recorded = await build({ topology: "microservices", caches: true });
    const mimir = objects(recorded).filter(({ parent }) => parent === "hub-mimir-main");
    const lines = mimir.map(({ type, name, inputs }) => {
      const { replicas } = (inputs["spec"] ?? {}) as { replicas?: number };
      const { name: object } = inputs["metadata"] as { name: string };
      return [type.split(":").at(-1), name, object, ...(replicas ? [replicas] : [])].join(" ");
    });
    await expect(`${lines.sort().join("\n")}\n`).toMatchFileSnapshot(
      "../../golden/mimir-microservices.txt",
    );
  });

  it.each<[string, Partial<HubMetricsArgs>]>([
    ["in one group", {}],
    ["in zones, with caches", { zones, caches: true }],
  ])("keeps to every policy: %s", async (_, metrics) => {
    const recorded = await build({ topology: "microservices", ...metrics });
    expect(
      violations(objects(recorded).map(({ inputs }) => inputs as unknown as KubernetesObject)),
    ).toEqual([]);
  });

  it("leaves the gateway, its address and everything of single as they are, when single becomes it", async () => {
    const text = (recorded: readonly Recorded[]) =>
      new Map(
        objects(recorded).map(({ type, name, inputs }) => [
          `${type.split(":").at(-1)} ${name}`,
          JSON.stringify(inputs),
        ]),
      );
    const [before, after] = [text(await build()), text(await build({ topology: "microservices" }))];
    const gone = [...before.keys()].filter((key) => !after.has(key));
    const changed = [...before.keys()].filter(
      (key) => after.has(key) && before.get(key) !== after.get(key),
    );
    expect(gone.sort()).toEqual(["ConfigMap hub-mimir-main-config", "StatefulSet hub-mimir-main"]);
    // The policy of single stays too: it has to reach the bucket until it has shipped what it
    // holds.
    expect(changed.sort()).toEqual([
      "NetworkPolicy hub-network-gateway",
      "Service hub-mimir-main-service",
    ]);
  });

  it("takes writes over once every component is ready", async () => {
    const recorded = await build({ topology: "microservices" });
    const service = named(recorded, "Service", "hub-mimir-main-service");
    expect((service.inputs["spec"] as { selector: object }).selector).toMatchObject({
      "app.kubernetes.io/instance": "mimir-main-microservices",
      "app.kubernetes.io/component": "distributor",
    });
    const workloads = objects(recorded).filter(
      ({ type, name }) => /Deployment|StatefulSet/.test(type) && name !== "hub-gateway",
    );
    expect(workloads).toHaveLength(8);
    expect(service.after).toEqual(expect.arrayContaining(workloads.map(({ name }) => name)));
  });

  it("is found neither by the Service nor by the pods' selector of single, beside which it starts", async () => {
    const single = specOf(named(await build(), "StatefulSet", "hub-mimir-main")).template.metadata
      .labels;
    const recorded = await build({ topology: "microservices" });
    for (const resource of objects(recorded).filter(({ name }) =>
      name.startsWith("hub-mimir-main-"),
    )) {
      const labels = specOf(resource)?.template?.metadata.labels;
      if (labels)
        expect(labels["app.kubernetes.io/instance"]).not.toBe(single["app.kubernetes.io/instance"]);
    }
  });

  it("changes one zone after the other", async () => {
    const recorded = await build({ topology: "microservices", zones });
    for (const component of ["ingester", "store-gateway"]) {
      const [a, b, c] = zones.map((zone) =>
        named(recorded, "StatefulSet", `hub-mimir-main-${component}-${zone}`),
      );
      expect(a?.after).not.toContain(b?.name);
      expect(b?.after).toContain(a?.name);
      expect(c?.after).toContain(b?.name);
      expect(specOf(a!).template.spec.nodeSelector).toEqual({
        "topology.kubernetes.io/zone": "zone-a",
      });
      expect(specOf(a!).template.spec.containers[0]?.env).toContainEqual({
        name: "ZONE",
        value: "zone-a",
      });
    }
  });

  it("gives the pods that hold samples the time to ship them", async () => {
    const [single, microservices] = [await build(), await build({ topology: "microservices" })];
    const grace = (recorded: readonly Recorded[], kind: string, name: string) =>
      specOf(named(recorded, kind, name)).template.spec.terminationGracePeriodSeconds;
    expect(grace(single, "StatefulSet", "hub-mimir-main")).toBe(1200);
    expect(grace(microservices, "StatefulSet", "hub-mimir-main-ingester")).toBe(1200);
    expect(grace(microservices, "Deployment", "hub-mimir-main-distributor")).toBe(120);
  });

  it("has every claim before the pods that ask for it, by the name that they ask for", async () => {
    const recorded = await build({ topology: "microservices", diskSize: "70Gi" });
    const statefulSet = named(recorded, "StatefulSet", "hub-mimir-main-ingester");
    for (const index of [0, 1, 2]) {
      const claim = named(
        recorded,
        "PersistentVolumeClaim",
        `hub-mimir-main-ingester-data-${index}`,
      );
      expect(claim.inputs["metadata"]).toMatchObject({ name: `data-mimir-main-ingester-${index}` });
      expect(claim.inputs["spec"]).toMatchObject({ resources: { requests: { storage: "70Gi" } } });
      expect(statefulSet.after).toContain(claim.name);
    }
  });
});
