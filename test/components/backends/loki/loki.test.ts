import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Loki } from "../../../../components/backends/loki/loki";
import { lokiRuntimeConfig } from "../../../../components/backends/loki/limits";
import { lokiPlan } from "../../../../components/backends/loki/plan";
import { violations, type KubernetesObject } from "../../../policy/policies";
import { recordResources, settled, type Recorded } from "../../../support/mocks";
import { connection } from "../../hub/hub";

const bytesPerSecond = 1_000_000;

async function build(topology: "single" | "microservices"): Promise<Recorded[]> {
  const recorded = recordResources();
  const load = { retentionDays: 30, edges: [{ bytesPerSecond, outageSeconds: 3600 }] };
  new Loki(
    "hub-loki-main",
    {
      cell: "main",
      namespace: "heliograph-hub",
      bucket: pulumi.output(connection),
      image: "docker.io/grafana/loki:3.7.8",
      diskSize: "20Gi",
      schemaFrom: "2026-01-31",
      runtime: lokiRuntimeConfig({ dev: load }),
      bytesPerSecond,
      layout: lokiPlan({ topology }, { bytesPerSecond }),
    },
    {},
  );
  await settled();
  return recorded.filter(({ type }) => type.startsWith("kubernetes:"));
}

const keyed = (recorded: readonly Recorded[]) =>
  new Map(
    recorded.map(({ type, name, inputs }) => [
      `${type.split(":").at(-1)} ${name}`,
      JSON.stringify(inputs),
    ]),
  );

describe("Loki of a cell", () => {
  it.each(["single", "microservices"] as const)(
    "makes these objects, with frozen names: %s",
    async (topology) => {
      const lines = (await build(topology)).map(({ type, name, inputs }) => {
        const { replicas } = (inputs["spec"] ?? {}) as { replicas?: number };
        const { name: object } = inputs["metadata"] as { name: string };
        return [type.split(":").at(-1), name, object, ...(replicas ? [replicas] : [])].join(" ");
      });
      await expect(`${lines.sort().join("\n")}\n`).toMatchFileSnapshot(
        `../../golden/loki-${topology}.txt`,
      );
    },
  );

  it.each(["single", "microservices"] as const)("keeps to every policy: %s", async (topology) => {
    const objects = (await build(topology)).map(
      ({ inputs }) => inputs as unknown as KubernetesObject,
    );
    // The hub makes the network policies of its pods, from its flows.
    const own = violations(objects).filter(({ policy }) => policy !== "policies for every pod");
    expect(own).toEqual([]);
  });

  it("leaves its address and everything of single as they are, when single becomes microservices", async () => {
    const [before, after] = [keyed(await build("single")), keyed(await build("microservices"))];
    const gone = [...before.keys()].filter((key) => !after.has(key));
    const changed = [...before.keys()].filter(
      (key) => after.has(key) && before.get(key) !== after.get(key),
    );
    expect(gone.sort()).toEqual(["ConfigMap hub-loki-main-config", "StatefulSet hub-loki-main"]);
    expect(changed).toEqual(["Service hub-loki-main-service"]);
  });

  it("gives the pods that hold lines the time to ship them", async () => {
    const [single, microservices] = [await build("single"), await build("microservices")];
    const grace = (recorded: readonly Recorded[], name: string) => {
      const workload = recorded.find(
        (each) => each.name === name && /StatefulSet|Deployment/.test(each.type),
      )!;
      const { template } = workload.inputs["spec"] as {
        template: { spec: { terminationGracePeriodSeconds: number } };
      };
      return template.spec.terminationGracePeriodSeconds;
    };
    expect(grace(single, "hub-loki-main")).toBe(1200);
    expect(grace(microservices, "hub-loki-main-ingester")).toBe(1200);
    expect(grace(microservices, "hub-loki-main-querier")).toBe(120);
  });
});
