import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cortexLimits } from "../../../../components/backends/cortex/limits";
import { REPLAY_PART, SCRAPE_SECONDS } from "../../../../components/backends/kit/metrics/load";
import { mimirLimits, type MimirLimits } from "../../../../components/backends/mimir/limits";
import { resolveHub } from "../../../../components/hub/resolve";
import { toSeconds } from "../../../../components/kit/duration";
import { fromYaml } from "../../../../components/kit/yaml";
import { connection, hubArgs } from "../../hub/hub";
import { deployed } from "../support/deployed";

const HOUR = 3600;

const load = fc.record({
  retentionDays: fc.integer({ min: 1, max: 3650 }),
  edges: fc.array(
    fc.record({
      activeSeries: fc.integer({ min: 1, max: 10_000_000 }),
      outageSeconds: fc.integer({ min: 1, max: 14 * 24 * HOUR }),
    }),
    { maxLength: 200 },
  ),
});

const total = (edges: readonly { activeSeries: number }[]) =>
  edges.reduce((sum, { activeSeries }) => sum + activeSeries, 0);

/** The file that pods of a cell read again while they run. */
async function runtimeFile(name: string): Promise<string> {
  const store = { metrics: { bucket: connection } };
  const { cells } = resolveHub(hubArgs({ cells: { main: store, other: store } }));
  const cell = cells.find((each) => each.name === name)!;
  const recorded = await deployed(cell.stores.metrics, cell);
  const { inputs } = recorded.find((each) => each.name.endsWith("-runtime"))!;
  return (inputs["data"] as Record<string, string>)["runtime.yaml"]!;
}

describe("limits of a tenant, for any edges", () => {
  it("take late samples of the longest outage, and an hour more", () => {
    fc.assert(
      fc.property(load, (tenant) => {
        const window = toSeconds(mimirLimits(tenant).out_of_order_time_window);
        for (const { outageSeconds } of tenant.edges)
          expect(window).toBeGreaterThanOrEqual(outageSeconds + HOUR);
      }),
    );
  });

  it("keep Cortex from caching results for which something may still be late", () => {
    fc.assert(
      fc.property(load, (tenant) => {
        const { max_cache_freshness: cached, out_of_order_time_window: late } =
          cortexLimits(tenant);
        expect(toSeconds(cached)).toBeGreaterThanOrEqual(toSeconds(late));
      }),
    );
  });

  it("take a replay of the outage within its part, beside what comes in meanwhile", () => {
    fc.assert(
      fc.property(load, (tenant) => {
        const seconds =
          Math.max(1, ...tenant.edges.map((edge) => edge.outageSeconds)) * REPLAY_PART;
        const steady = total(tenant.edges) / SCRAPE_SECONDS;
        const backlog = tenant.edges.reduce(
          (sum, { activeSeries, outageSeconds }) =>
            sum + (activeSeries / SCRAPE_SECONDS) * outageSeconds,
          0,
        );
        const { ingestion_rate } = mimirLimits(tenant);
        expect(ingestion_rate * seconds * (1 + 1e-9)).toBeGreaterThanOrEqual(
          backlog + steady * seconds,
        );
      }),
    );
  });

  it("have room for twice the expected series", () => {
    fc.assert(
      fc.property(load, (tenant) => {
        expect(mimirLimits(tenant).max_global_series_per_user).toBeGreaterThanOrEqual(
          2 * total(tenant.edges),
        );
      }),
    );
  });

  it("allow a burst of at least ten seconds, and a cluster of replicas per edge", () => {
    fc.assert(
      fc.property(load, (tenant) => {
        const limits = mimirLimits(tenant);
        expect(limits.ingestion_burst_size).toBeGreaterThanOrEqual(10 * limits.ingestion_rate);
        expect(limits.ha_max_clusters).toBeGreaterThanOrEqual(tenant.edges.length);
      }),
    );
  });

  it("let queries see late samples until they are in the bucket", () => {
    fc.assert(
      fc.property(load, (tenant) => {
        const { query_ingesters_within, out_of_order_time_window } = mimirLimits(tenant);
        expect(toSeconds(query_ingesters_within) - toSeconds(out_of_order_time_window)).toBe(
          13 * HOUR,
        );
      }),
    );
  });

  it("never fall below Mimir's own defaults", () => {
    expect(mimirLimits({ retentionDays: 7, edges: [] })).toEqual({
      compactor_blocks_retention_period: "7d",
      out_of_order_time_window: "1h",
      query_ingesters_within: "14h",
      ingestion_rate: 10_000,
      ingestion_burst_size: 200_000,
      max_global_series_per_user: 150_000,
      ha_max_clusters: 100,
      max_global_exemplars_per_user: 10_000,
    });
  });
});

describe("runtime configuration of a cell", () => {
  it("is as reviewed", async () => {
    await expect(await runtimeFile("main")).toMatchFileSnapshot("../../golden/mimir-runtime.yaml");
  });

  it("has an entry for every tenant, also one without an edge in the cell: its retention must hold", async () => {
    const { overrides } = fromYaml(await runtimeFile("other")) as {
      overrides: Record<string, MimirLimits>;
    };
    expect(
      Object.entries(overrides).map(([id, limits]) => [
        id,
        limits.compactor_blocks_retention_period,
      ]),
    ).toEqual([
      ["dev", "30d"],
      // The hub's own.
      ["heliograph", "365d"],
      ["shared", "365d"],
    ]);
  });
});
