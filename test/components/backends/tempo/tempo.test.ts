import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../../components/backends/backend";
import { violations, type KubernetesObject } from "../../../policy/policies";
import type { Recorded } from "../../../support/mocks";
import { cell, edge, store } from "../support/cell";
import { deployed, objectLines } from "../support/deployed";

const { load } = cell({ edges: [edge("dev", "b", { spansPerSecond: 200 })] });

function build(options: StoreOptions = {}): Promise<Recorded[]> {
  return deployed(store("traces", options), { load });
}

const microservices: StoreOptions = { topology: "microservices" };
const metricsGenerator = true;

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string }[];
}
const named = (recorded: readonly Recorded[], kind: string, name: string) =>
  recorded.find((resource) => resource.type.endsWith(`:${kind}`) && resource.name === name)!;
const containerOf = ({ inputs }: Recorded) =>
  (inputs["spec"] as { template: { spec: { containers: [Container] } } }).template.spec
    .containers[0];

describe("Tempo", () => {
  it("makes these objects, with frozen names", async () => {
    const lines = (title: string, recorded: readonly Recorded[]) => [
      `${title}:`,
      ...objectLines(recorded).map((line) => ` ${line}`),
      "",
    ];
    const text = [
      ...lines("single", await build()),
      ...lines(
        "microservices, with metrics made of spans",
        await build({ ...microservices, metricsGenerator }),
      ),
    ];
    await expect(text.join("\n")).toMatchFileSnapshot("../../golden/tempo-objects.txt");
  });

  it.each<[string, StoreOptions]>([
    ["one process", {}],
    ["microservices", { ...microservices, metricsGenerator }],
  ])("keeps to every policy: %s", async (_, args) => {
    const recorded = await build(args);
    const found = violations(recorded.map(({ inputs }) => inputs as unknown as KubernetesObject));
    // Those come with the hub's flows.
    expect(found.filter(({ policy }) => policy !== "policies for every pod")).toEqual([]);
  });

  it("takes writes at the same ports in both topologies, where its writers listen", async () => {
    const ports = (recorded: readonly Recorded[]) =>
      (named(recorded, "Service", "hub-tempo-main-service").inputs["spec"] as { ports: object[] })
        .ports;
    const [single, apart] = [await build(), await build(microservices)];
    expect(ports(single)).toEqual(ports(apart));
    expect(ports(single)).toMatchObject([
      { port: 3200 },
      { port: 4318 },
      { port: 4317, appProtocol: "grpc" },
    ]);
    const listens = (resource: Recorded) => containerOf(resource).ports.map(({ name }) => name);
    expect(listens(named(single, "StatefulSet", "hub-tempo-main"))).toContain("otlp-http");
    expect(listens(named(apart, "Deployment", "hub-tempo-main-distributor"))).toContain(
      "otlp-http",
    );
    expect(listens(named(apart, "Deployment", "hub-tempo-main-querier"))).not.toContain(
      "otlp-http",
    );
  });
});
