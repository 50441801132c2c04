/**
 * Proves: rules and dashboards of users that ask for what no source collects are told of, by file;
 * what is collected, what applications have and what rules record is not. Does not prove: that
 * sources collect it; test/components/collected-metrics.test.ts says where that was read.
 */
import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it, vi } from "vitest";
import { HubObservability } from "../../../components/hub/hub-observability";
import { uncollectedNotes } from "../../../components/hub/own-metrics";
import { toYaml } from "../../../components/kit/yaml";
import { recordResources, settled } from "../../support/mocks";
import { hubArgs } from "./hub";
import { board } from "./own";

afterEach(() => vi.restoreAllMocks());

const rulesWith = (...expressions: readonly string[]) =>
  toYaml({
    groups: [
      { name: "shop", rules: expressions.map((expr, index) => ({ alert: `Shop${index}`, expr })) },
    ],
  });
const boardWith = (...expressions: readonly string[]) => {
  const panel = { title: "Errors", targets: expressions.map((expr) => ({ expr })) };
  return board({ panels: [{ type: "row", panels: [panel] }] });
};

it("names what rules ask for in vain, each once, by file", () => {
  const text = rulesWith(
    "kube_pod_lables == 0",
    'rate(node_disk_reeds_total[5m]) > 1 or {__name__="kube_pod_lables"}',
  );
  expect(
    uncollectedNotes({ operators: { "a.yaml": text }, tenants: { dev: { "b.yaml": text } } }),
  ).toEqual(
    ["a.yaml", "b.yaml"].map(
      (name) =>
        `${name} asks for what no source collects by default: kube_pod_lables (source ` +
        "kubeStateMetrics), node_disk_reeds_total (source nodeExporter).",
    ),
  );
});

it("names what panels ask for in vain, whatever their variables", () => {
  const text = boardWith(
    'sum(rate(container_cpu_secs{cluster=~"$cluster"}[$__rate_interval]))',
    '{app="shop"} |= "kube_nothing"',
  );
  const note =
    "shop.json asks for what no source collects by default: container_cpu_secs (source cadvisor).";
  const files = { "shop.json": text };
  expect(uncollectedNotes({}, { operators: files })).toEqual([note]);
  expect(uncollectedNotes({}, { everyone: files, organisations: { acme: files } })).toEqual([
    note,
    note,
  ]);
});

it("is silent about what is collected, what applications have, and what rules record", () => {
  const expressions = [
    "kube_pod_info",
    "shop_orders_total",
    "http_requests_total",
    "cluster:node_cpu:sum",
    // Kept where the source is on.
    "DCGM_FI_DEV_GPU_TEMP",
  ];
  const text = rulesWith(...expressions);
  expect(uncollectedNotes({ operators: { "a.yaml": text } })).toEqual([]);
  expect(uncollectedNotes({}, { operators: { "a.json": boardWith(...expressions) } })).toEqual([]);
  expect(uncollectedNotes({ operators: { "a.yaml": rulesWith("DCGM_FI_DEV_FAN_SPEED") } })).toEqual(
    ["a.yaml asks for what no source collects by default: DCGM_FI_DEV_FAN_SPEED (source dcgm)."],
  );
});

it("is told as a warning of the hub", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  recordResources();
  const files = { operators: { "a.yaml": rulesWith("kube_pod_lables") } };
  new HubObservability("hub", hubArgs({ rules: { files } }));
  await settled();
  expect(warn.mock.calls.map(([note]) => note)).toContain(
    "a.yaml asks for what no source collects by default: kube_pod_lables (source kubeStateMetrics).",
  );
});
