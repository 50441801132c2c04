import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../../components/backends/backend";
import { storeIssues } from "../../../../components/backends/registry";
import {
  MOST_SPANS,
  tempoLayout,
  tempoPlan,
  tempoResources,
} from "../../../../components/backends/tempo/plan";
import type { CellLoad } from "../../../../components/hub/model";
import { parseQuantity } from "../../../../components/kit/quantity";
import { cell, store } from "../support/cell";

const load = { ...cell().load, spansPerSecond: 10_000, sampledEdges: [] };
const durability = (options: StoreOptions) => {
  const traces = store("traces", options);
  return traces.backend.durability(traces, cell({ load }));
};
const issues = (options: StoreOptions, own: Partial<CellLoad> = {}) => {
  const traces = store("traces", options);
  return storeIssues(traces, cell({ stores: { traces }, load: { ...load, ...own } }));
};

describe("sizes of Tempo", () => {
  it("follow the spans: pods by upstream's figures, and the share of each", () => {
    const { ingesterReplication, sizes } = tempoLayout({ spansPerSecond: 60_000 });
    const pods = Object.entries(sizes).map(
      ([component, { replicas }]) => `${component} ${replicas}`,
    );
    expect(ingesterReplication).toBe(3);
    expect(pods).toEqual([
      "distributor 4",
      "ingester 7",
      "querier 16",
      "query-frontend 2",
      "compactor 7",
      "metrics-generator 4",
    ]);
    expect(sizes.ingester.requests).toEqual({ cpu: "2310m", memory: "3616Mi" });
  });

  it("stay as they are for one edge more, so that it does not restart Tempo", () => {
    expect(tempoLayout({ spansPerSecond: 300 })).toEqual(tempoLayout({ spansPerSecond: 500 }));
    expect(tempoResources(600, false)).toEqual(tempoResources(1000, false));
  });

  it("one process: what the parts need, and more where it makes metrics of spans", () => {
    expect(tempoResources(1000, false)).toEqual({
      requests: { cpu: "730m", memory: "1502Mi" },
      limits: { cpu: "2150m", memory: "3003Mi" },
      goMemoryLimit: "2833591910",
    });
    const memory = (generator: boolean) =>
      parseQuantity(tempoResources(1000, generator).requests.memory);
    expect(memory(true)).toBeGreaterThan(memory(false));
  });
});

describe("the plan of Tempo", () => {
  it("single has one copy, microservices three", () => {
    expect(durability({})).toEqual({ topology: "single", copies: 1, ingesters: 1 });
    expect(tempoPlan(store("traces"), cell({ load }))).toBeUndefined();
    expect(durability({ topology: "microservices" })).toMatchObject({ copies: 3, ingesters: 3 });
    expect(durability({ topology: "microservices", replicas: { ingester: 1 } })).toMatchObject({
      copies: 1,
    });
  });

  it("takes replicas of microservices alone, of what there is", () => {
    expect(issues({ replicas: { querier: 3 } })).toMatchObject([
      { path: ["cells", "main", "traces", "topology"] },
    ]);
    const expected = (replicas: Record<string, number>, metricsGenerator = false) =>
      issues({ topology: "microservices", replicas, metricsGenerator }).map(
        (issue) => issue.expected,
      );
    expect(expected({ ruler: 1 })).toEqual([
      "components of Tempo: distributor, ingester, querier, query-frontend, compactor",
    ]);
    expect(expected({ "metrics-generator": 2 })).toHaveLength(1);
    expect(expected({ "metrics-generator": 2 }, true)).toEqual([]);
    expect(expected({ ingester: 2 })).toEqual([
      "1, or 3 and more: of two, each stops writes when it is away",
    ]);
  });

  it("makes no metrics of traces that were sampled before", () => {
    const wanted = { metricsGenerator: true };
    expect(issues(wanted)).toEqual([]);
    expect(issues({}, { sampledEdges: ["prd", "stg"] })).toEqual([]);
    expect(issues(wanted, { sampledEdges: ["prd", "stg"] })).toEqual([
      {
        path: ["cells", "main", "traces", "metricsGenerator"],
        got: true,
        expected:
          "false: metrics would be made of the traces that sampling leaves of prd, stg; edges make them of all traces, before they sample",
        example: false,
      },
    ]);
  });

  it("more than a cell carries needs another cell", () => {
    expect(issues({}, { spansPerSecond: MOST_SPANS })).toEqual([]);
    expect(issues({}, { spansPerSecond: MOST_SPANS + 1 })).toMatchObject([
      { path: ["cells", "main", "traces", "topology"], exampleAt: ["cells", "main-2"] },
    ]);
  });
});
