import { describe, expect, it } from "vitest";
import { violations, type KubernetesObject } from "../../../policy/policies";
import type { Recorded } from "../../../support/mocks";
import { cell, edge, store } from "../support/cell";
import { deployed, objectLines } from "../support/deployed";

const { load } = cell({ edges: [edge("dev", "b", { logBytesPerSecond: 1_000_000 })] });

function build(topology: "single" | "microservices"): Promise<Recorded[]> {
  return deployed(store("logs", { topology, schemaFrom: "2026-01-31" }), { load });
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
      const lines = objectLines(await build(topology));
      await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
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
