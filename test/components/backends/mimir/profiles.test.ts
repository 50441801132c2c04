import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../../components/backends/backend";
import { METRICS_COMPONENTS } from "../../../../components/backends/kit/metrics/components";
import {
  layoutOf as plannedLayout,
  MOST_SERIES,
  PROFILES,
  smallestProfile,
  type LayoutArgs,
} from "../../../../components/backends/kit/metrics/profiles";
import { PLANNING } from "../../../../components/backends/kit/metrics/resources";
import { storeIssues } from "../../../../components/backends/registry";
import { parseQuantity } from "../../../../components/kit/quantity";
import { cell as resolvedCell, store } from "../support/cell";

const layoutOf = (args: Omit<LayoutArgs, "planning">) =>
  plannedLayout({ planning: PLANNING, ...args });
const zones = ["a", "b", "c"];
const cell = fc.record({
  activeSeries: fc.integer({ min: 1, max: MOST_SERIES }),
  edges: fc.integer({ min: 1, max: 2000 }),
  zones: fc.constantFrom([], zones),
});

describe("the layout of microservices, for any cell", () => {
  it("has the memory that upstream plans for ingesters and distributors", () => {
    fc.assert(
      fc.property(cell, (load) => {
        const { sizes, replication } = layoutOf(load);
        const memory = (component: "ingester" | "distributor") =>
          sizes[component].replicas * parseQuantity(sizes[component].requests.memory);
        expect(memory("ingester")).toBeGreaterThan(
          (load.activeSeries * replication.ingester * 2.5e9) / 300_000,
        );
        expect(memory("distributor")).toBeGreaterThan((load.activeSeries / 15 / 25_000) * 1e9);
      }),
    );
  });

  it("keeps three copies, each in a zone of its own where there are zones", () => {
    fc.assert(
      fc.property(cell, (load) => {
        const { sizes, replication } = layoutOf(load);
        expect(replication).toEqual({ ingester: 3, "store-gateway": 3 });
        expect(sizes.ingester.replicas % (load.zones.length || 1)).toBe(0);
        expect(sizes["store-gateway"].replicas % (load.zones.length || 1)).toBe(0);
      }),
    );
  });

  it("leaves Go's memory limit below the container's, and limits at or above requests", () => {
    fc.assert(
      fc.property(cell, (load) => {
        for (const { requests, limits, goMemoryLimit } of Object.values(layoutOf(load).sizes)) {
          expect(Number(goMemoryLimit)).toBeLessThan(parseQuantity(limits.memory) * 0.95);
          expect(parseQuantity(limits.cpu)).toBeGreaterThanOrEqual(parseQuantity(requests.cpu));
        }
      }),
    );
  });

  it("grows with the series", () => {
    fc.assert(
      fc.property(cell, (load) => {
        const more = layoutOf({
          ...load,
          activeSeries: Math.min(MOST_SERIES, load.activeSeries * 2),
        });
        const less = layoutOf(load);
        for (const component of METRICS_COMPONENTS)
          expect(more.sizes[component].replicas).toBeGreaterThanOrEqual(
            less.sizes[component].replicas,
          );
      }),
    );
  });
});

describe("profiles", () => {
  it.each([
    [1_000_000, 25, "small"],
    [1_000_001, 25, "medium"],
    [100_000, 26, "medium"],
    [4_000_000, 100, "medium"],
    [10_000_000, 100, "large"],
    [20_000_000, 900, "large"],
  ] as const)("of %i series from %i edges: %s", (activeSeries, edges, profile) => {
    expect(smallestProfile({ activeSeries, edges })).toBe(profile);
  });

  it("have upstream's number of ingesters and distributors", () => {
    const pods = (profile: keyof typeof PROFILES) =>
      [PROFILES[profile].replicas.ingester, PROFILES[profile].replicas.distributor] as const;
    expect([pods("small"), pods("large")]).toEqual([
      [3, 2],
      [27, 12],
    ]);
  });

  it("grow beyond the largest in proportion", () => {
    const { sizes } = layoutOf({ activeSeries: 20_000_000, edges: 100 });
    expect([sizes.ingester.replicas, sizes.distributor.replicas, sizes.querier.replicas]).toEqual([
      54, 24, 8,
    ]);
  });

  it("give way to replicas that are configured, whose sizes follow", () => {
    const load = { activeSeries: 1_000_000, edges: 3 };
    const few = layoutOf({ ...load, replicas: { ingester: 1 } });
    expect(few.replication.ingester).toBe(1);
    const [one, three] = [few, layoutOf(load)].map(({ sizes }) =>
      parseQuantity(sizes.ingester.requests.memory),
    );
    // A third of the pods, and of the copies.
    expect(one).toBe(three);
  });
});

describe("a topology that cannot be", () => {
  const load = { ...resolvedCell().load, activeSeries: 1000, edges: 1 };
  const microservices = { topology: "microservices" } as const;
  const issues = (options: StoreOptions, name = "main", activeSeries = 1000) => {
    const metrics = store("metrics", options);
    const own = resolvedCell({ name, stores: { metrics }, load: { ...load, activeSeries } });
    return storeIssues(metrics, own).map(({ path, expected }) => `${path.at(-1)}: ${expected}`);
  };
  const durability = (options: StoreOptions) => {
    const metrics = store("metrics", options);
    return metrics.backend.durability(metrics, resolvedCell({ load }));
  };

  it.each<[string, StoreOptions]>([
    ["single", {}],
    [
      "single, with what a schema fills in",
      { topology: "single", replicas: {}, caches: false, zones: [] },
    ],
    ["microservices", microservices],
    [
      "three zones",
      { ...microservices, zones, replicas: { ingester: 6 }, caches: true, profile: "large" },
    ],
    ["one ingester", { ...microservices, replicas: { ingester: 1, "store-gateway": 2 } }],
  ])("is none of these: %s", (_, args) => {
    expect(issues(args)).toEqual([]);
  });

  it.each<[string, StoreOptions, string]>([
    ["caches of single", { caches: true }, "topology: microservices, because"],
    ["zones of single", { zones }, "topology: microservices, because"],
    ["replicas of single", { replicas: { querier: 2 } }, "topology: microservices, because"],
    ["two zones", { ...microservices, zones: ["a", "b"] }, "zones: three different zones"],
    ["a zone twice", { ...microservices, zones: ["a", "b", "b"] }, "zones: three different zones"],
    [
      "two ingesters",
      { ...microservices, replicas: { ingester: 2 } },
      "replicas: 1, or 3 and more",
    ],
    [
      "four ingesters in three zones",
      { ...microservices, zones, replicas: { ingester: 4 } },
      "replicas: as many in",
    ],
    [
      "an unknown component",
      { ...microservices, replicas: { alertmanager: 1 } },
      "replicas: components of Mimir: ",
    ],
    ["half a pod", { ...microservices, replicas: { querier: 0.5 } }, "replicas: a whole number"],
  ])("%s", (_, args, expected) => {
    expect(issues(args)).toEqual([expect.stringContaining(expected)]);
  });

  it("names that do not fit into a label", () => {
    expect(issues(microservices, "a".repeat(40))).toEqual([
      expect.stringContaining("names of at most 52 characters"),
    ]);
    expect(issues(microservices, "a".repeat(32))).toEqual([]);
  });

  it("more series than one cell carries", () => {
    expect(issues(microservices, "main", MOST_SERIES + 1)).toEqual([
      "topology: at most 50000000 series in one cell; give some of its edges tenants of another cell, with a bucket of its own",
    ]);
  });

  it("is told apart by what it keeps", () => {
    expect(durability({})).toEqual({ topology: "single", copies: 1, ingesters: 1 });
    expect(durability(microservices)).toEqual({
      topology: "microservices",
      copies: 3,
      ingesters: 3,
    });
  });
});
