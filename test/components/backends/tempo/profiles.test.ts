import { describe, expect, it } from "vitest";
import { tempoFaults, tempoPlan, tempoStanding } from "../../../../components/backends/tempo/plan";
import {
  MOST_SPANS,
  tempoLayout,
  tempoResources,
} from "../../../../components/backends/tempo/profiles";
import { parseQuantity } from "../../../../components/kit/quantity";

const load = { spansPerSecond: 10_000, sampled: [] };

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
    expect(tempoStanding({}, load)).toEqual({ topology: "single", copies: 1, ingesters: 1 });
    expect(tempoPlan({}, load)).toBeUndefined();
    expect(tempoStanding({ topology: "microservices" }, load)).toMatchObject({
      copies: 3,
      ingesters: 3,
    });
    expect(
      tempoStanding({ topology: "microservices", replicas: { ingester: 1 } }, load),
    ).toMatchObject({ copies: 1 });
  });

  it("takes replicas of microservices alone, of what there is", () => {
    expect(tempoFaults("main", { replicas: { querier: 3 } }, load)).toMatchObject([
      { key: "topology" },
    ]);
    const faults = (replicas: Record<string, number>, metricsGenerator = false) =>
      tempoFaults("main", { topology: "microservices", replicas, metricsGenerator }, load).map(
        ({ expected }) => expected,
      );
    expect(faults({ ruler: 1 })).toEqual([
      "components of Tempo: distributor, ingester, querier, query-frontend, compactor",
    ]);
    expect(faults({ "metrics-generator": 2 })).toHaveLength(1);
    expect(faults({ "metrics-generator": 2 }, true)).toEqual([]);
    expect(faults({ ingester: 2 })).toEqual([
      "1, or 3 and more: of two, each stops writes when it is away",
    ]);
  });

  it("makes no metrics of traces that were sampled before", () => {
    const wanted = { metricsGenerator: true };
    expect(tempoFaults("main", wanted, load)).toEqual([]);
    expect(tempoFaults("main", {}, { ...load, sampled: ["prd", "stg"] })).toEqual([]);
    expect(tempoFaults("main", wanted, { ...load, sampled: ["prd", "stg"] })).toEqual([
      {
        key: "metricsGenerator",
        got: true,
        expected:
          "false: metrics would be made of the traces that sampling leaves of prd, stg; edges make them of all traces, before they sample",
        example: false,
      },
    ]);
  });

  it("more than a cell carries needs another cell", () => {
    expect(tempoFaults("main", {}, { ...load, spansPerSecond: MOST_SPANS })).toEqual([]);
    expect(tempoFaults("main", {}, { ...load, spansPerSecond: MOST_SPANS + 1 })).toMatchObject([
      { key: "topology", as: ["cells", "main-2"] },
    ]);
  });
});
