/**
 * Proves: what an edge is told of its series. Does not prove: that the engine shows it; the lab
 * does.
 */
import { describe, expect, test } from "vitest";
import type { EdgeFacts } from "../../components/contract/hub";
import { seriesOf, tooManySeries } from "../../src/stacks/series";
import { parseSettings } from "../../src/config/parse";
import { edgeSections } from "../config/settings";

const facts = {
  activeSeries: 200_000,
  nodes: 10,
  pods: 300,
  applicationSeries: 75_000,
} as EdgeFacts;
const edgeWith = (sources: object) => {
  const sections = edgeSections();
  const { edge } = parseSettings("dev", { ...sections, edge: { ...sections.edge, sources } });
  if (!edge) throw new Error("the settings of tests have an edge");
  return edge;
};

describe("the series of an edge", () => {
  test("are told by source, of those that are on", () => {
    const { expected } = seriesOf(
      edgeWith({ kubeStateMetrics: { enabled: false }, dcgm: { enabled: true } }),
      facts,
    );
    expect(Object.keys(expected ?? {})).toEqual([
      "kubelet",
      "cadvisor",
      "apiServer",
      "nodeExporter",
      "dcgm",
      "annotated",
    ]);
  });

  test("include applications that only monitors find", () => {
    const monitors = [
      { name: "checkout", kind: "pod", matchLabels: { app: "checkout" }, port: "metrics" },
    ];
    const annotated = { enabled: false };
    expect(seriesOf(edgeWith({ annotated, monitors }), facts).expected).toHaveProperty(
      "annotated",
      75_000,
    );
    expect(seriesOf(edgeWith({ annotated }), facts).expected).not.toHaveProperty("annotated");
  });

  test("are not guessed where the inventory says a figure and nothing of the cluster", () => {
    expect(seriesOf(edgeWith({}), { ...facts, nodes: undefined })).toEqual({
      activeSeries: 200_000,
    });
  });

  test("above what the edge is made for are a warning, with the lines that make room", () => {
    expect(tooManySeries("dev", seriesOf(edgeWith({}), facts))).toBeUndefined();
    expect(
      tooManySeries("dev", seriesOf(edgeWith({}), { ...facts, pods: 600, activeSeries: 200_000 })),
    ).toBe(
      "Edge dev is expected to send 260500 series, and its buffer and its tenant's limits are made for 200000. Drop metrics " +
        "(heliograph:edge.sources), or paste into the hub's stack file:\n" +
        "heliograph:hub:\n  edges:\n    dev:\n      activeSeries: 260500",
    );
  });
});
