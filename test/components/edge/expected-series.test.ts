/**
 * Proves: how many series are expected of a cluster, and for how many an edge is sized. Does not
 * prove: that a cluster gives so many; the lab does, of one node.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  edgeSizing,
  expectedSeries,
  totalOf,
} from "../../../components/edge/metrics/expected-series";
import { enabledSources, SOURCE_NAMES } from "../../../components/edge/metrics/sources/registry";

const usual = { nodes: 10, pods: 300, applicationSeries: 75_000 };
const anySize = fc.record({
  nodes: fc.integer({ min: 1, max: 10_000 }),
  pods: fc.integer({ min: 1, max: 300_000 }),
  applicationSeries: fc.integer({ min: 0, max: 10_000_000 }),
});

describe("the series of a cluster", () => {
  it("are those of its sources, and no others", () => {
    expect(expectedSeries(["kubelet", "nodeExporter", "annotated"], usual)).toEqual({
      kubelet: 22_000,
      nodeExporter: 6400,
      annotated: 75_000,
    });
    expect(totalOf(expectedSeries([], usual))).toBe(0);
  });

  it("grow with it", () => {
    fc.assert(
      fc.property(anySize, anySize, (a, b) => {
        const sum = {
          nodes: a.nodes + b.nodes,
          pods: a.pods + b.pods,
          applicationSeries: a.applicationSeries,
        };
        expect(totalOf(expectedSeries(SOURCE_NAMES, sum))).toBeGreaterThan(
          totalOf(expectedSeries(SOURCE_NAMES, a)),
        );
      }),
    );
  });
});

describe("the size of an edge", () => {
  it("is what it was where nothing is said: room for the usual cluster", () => {
    expect(edgeSizing({})).toEqual({ activeSeries: 200_000, size: usual });
    const total = totalOf(expectedSeries(enabledSources({}), usual));
    expect(total).toBeGreaterThan(180_000);
    expect(total).toBeLessThanOrEqual(200_000);
  });

  it("is the figure that is given, whatever is said of the cluster", () => {
    expect(edgeSizing({ activeSeries: 50_000 })).toEqual({ activeSeries: 50_000 });
    expect(edgeSizing({ activeSeries: 50_000, nodes: 3 })).toEqual({
      activeSeries: 50_000,
      size: { nodes: 3, pods: 90, applicationSeries: 22_500 },
    });
  });

  it("follows the cluster otherwise, with room for all that is on by default, and little more", () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const { activeSeries } = edgeSizing(size);
        const total = totalOf(expectedSeries(enabledSources({}), size));
        expect(activeSeries).toBeGreaterThanOrEqual(total);
        expect(activeSeries).toBeLessThanOrEqual(total * 1.1);
      }),
    );
    expect(edgeSizing({ pods: 100 }).size).toEqual({
      nodes: 4,
      pods: 100,
      applicationSeries: 25_000,
    });
  });
});
