import { describe, expect, it } from "vitest";
import { BACKENDS } from "../../../components/backends/registry";
import type { Signal } from "../../../components/contract/names";
import type { Cell, Edge } from "../../../components/hub/model";
import type { Recorded } from "../../support/mocks";
import { cell, edge, store } from "./support/cell";
import { deployed } from "./support/deployed";
import { START_UP_HASH_ANNOTATION } from "../../../components/kit/labels";

const edges = [edge("b-one", "b"), edge("c-one", "c")];
const schemaFrom = "2026-01-31";
const topologies = ["single", "microservices"] as const;

async function textOf(signal: Signal, backend: string, topology: string, more: Cell) {
  const options = {
    backend,
    topology: topology as "single",
    ...(signal === "logs" && { schemaFrom }),
  };
  const recorded = await deployed(store(signal, options), more);
  return JSON.stringify(recorded.map(({ name, inputs }) => [name, inputs]));
}

const cases = BACKENDS.flatMap(({ name, signal }) =>
  topologies.map((topology) => ({ name, signal, topology })),
);

/** Everything that an edge is expected to send, many times of what it was. */
const MORE: Readonly<Record<Signal, Partial<Edge>>> = {
  metrics: { activeSeries: 1_300_000 },
  logs: { logBytesPerSecond: 11_000_000 },
  traces: { spansPerSecond: 310_000 },
};

const SIGNALS = Object.keys(MORE) as Signal[];

describe("what edges send, and how long it is kept, reaches the backend of its signal, and no other", () => {
  const before = cell({ edges });
  const sending = (signals: readonly Signal[]) => {
    const more = Object.assign({}, ...signals.map((signal) => MORE[signal])) as Partial<Edge>;
    return cell({ edges: edges.map((each) => ({ ...each, ...more })) });
  };
  const keeping = (signals: readonly Signal[]): Cell => {
    const days = Object.fromEntries(signals.map((signal) => [signal, 1913]));
    const tenants = before.tenants.map((tenant) => ({
      ...tenant,
      retentionDays: { ...tenant.retentionDays, ...days },
    }));
    return { ...before, tenants };
  };

  it.each(cases)("$name, $topology", async ({ name, signal, topology }) => {
    const text = (more: Cell) => textOf(signal, name, topology, more);
    const others = SIGNALS.filter((other) => other !== signal);
    const usual = await text(before);
    expect(await text(sending([signal]))).not.toBe(usual);
    expect(await text(sending(others))).toBe(usual);
    expect(await text(keeping([signal]))).toMatch(/\b1913d\b/);
    expect(await text(keeping(others))).toBe(usual);
  });
});

describe("the runtime configuration of pods is what they should enforce", () => {
  const days: Readonly<Record<string, RegExp>> = {
    mimir: /compactor_blocks_retention_period: 29d/,
    cortex: /compactor_blocks_retention_period: 29d/,
    loki: /retention_period: 11d/,
    tempo: /block_retention: 5d/,
  };
  const fileOf = (recorded: readonly Recorded[]) =>
    Object.values(
      recorded.find(({ name }) => name.endsWith("-runtime"))!.inputs["data"] as object,
    ).join();

  it.each(Object.entries(days))("%s", async (name, expected) => {
    const { signal } = BACKENDS.find((backend) => backend.name === name)!;
    const own = store(signal, { backend: name, schemaFrom });
    expect(fileOf(await deployed(own, cell()))).toMatch(expected);
  });

  it("is asked of those who take, hold, read and delete data", () => {
    for (const backend of BACKENDS) {
      const own = store(backend.signal, { backend: backend.name, schemaFrom });
      const components = backend.limits(own, cell()).flatMap((each) => each.components);
      const enforcing =
        backend.name === "thanos"
          ? ["distributor", "compactor"]
          : ["distributor", "ingester", "querier", "compactor"];
      expect(components).toEqual(expect.arrayContaining(enforcing));
    }
  });
});

describe("zones", () => {
  it.each(["mimir", "cortex"])(
    "are known to both rings of %s that hold copies, where pods have them",
    async (name) => {
      const settings = async (zones: readonly string[]) => {
        const own = store("metrics", {
          backend: name,
          topology: "microservices",
          zones: [...zones],
        });
        const config = (await deployed(own, cell())).find((each) => each.name.endsWith("-config"))!;
        const text = Object.values(config.inputs["data"] as Record<string, string>).join("\n");
        return text.match(/(zone_awareness_enabled|availability_zone): \S+/g) ?? [];
      };
      const ring = ["availability_zone: ${ZONE}", "zone_awareness_enabled: true"];
      expect((await settings(["a", "b", "c"])).sort()).toEqual([...ring, ...ring].sort());
      expect(await settings([])).toEqual([]);
    },
  );
});

describe("a pod that evaluates rules starts again where Alertmanagers change", () => {
  /** Names of workloads, and the hash by which their pods start again. */
  const hashes = async (topology: "single" | "microservices", alertmanagers: readonly string[]) => {
    const own = store("metrics", { backend: "mimir", topology });
    const recorded = await deployed(own, { ...cell({ edges }), alertmanagers });
    return new Map(
      recorded.flatMap(({ name, inputs }): [string, string][] => {
        const spec = inputs["spec"] as PodsSpec | undefined;
        const hash = spec?.template?.metadata?.annotations?.[START_UP_HASH_ANNOTATION];
        return hash === undefined ? [] : [[name, hash]];
      }),
    );
  };
  interface PodsSpec {
    readonly template?: { readonly metadata?: { readonly annotations?: Record<string, string> } };
  }

  it.each([
    ["single", /-main$/],
    ["microservices", /-ruler$/],
  ] as const)("and no other: %s", async (topology, evaluates) => {
    const none = await hashes(topology, []);
    const one = await hashes(topology, ["http://one:9093"]);
    const other = await hashes(topology, ["http://other:9093"]);
    const names = [...none.keys()];
    expect(names.some((name) => evaluates.test(name))).toBe(true);
    for (const name of names) {
      const known = new Set([none, one, other].map((each) => each.get(name)));
      expect(known.size, name).toBe(evaluates.test(name) ? 3 : 1);
    }
  });
});
