/**
 * Proves: rules and dashboards of users that ask for what no source collects are told of, by file;
 * what is collected, what applications have and what rules record is not. Does not prove: that
 * sources collect it; test/components/collected-metrics.test.ts says where that was read.
 */
import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it, vi } from "vitest";
import { HubObservability } from "../../../components/hub/hub-observability";
import { uncollectedNotes } from "../../../components/rules/own/uncollected";
import { toYaml } from "../../../components/kit/yaml";
import { recordResources, settled } from "../../support/mocks";
import { hubArgs } from "../hub/hub";
import { board } from "../hub/own";

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
  expect(uncollectedNotes([{ "a.yaml": text }, { "b.yaml": text }], [])).toEqual(
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
  expect(uncollectedNotes([], [files])).toEqual([note]);
  expect(uncollectedNotes([], [files, files])).toEqual([note, note]);
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
  expect(uncollectedNotes([{ "a.yaml": text }], [])).toEqual([]);
  expect(uncollectedNotes([], [{ "a.json": boardWith(...expressions) }])).toEqual([]);
  expect(uncollectedNotes([{ "a.yaml": rulesWith("DCGM_FI_DEV_FAN_SPEED") }], [])).toEqual([
    "a.yaml asks for what no source collects by default: DCGM_FI_DEV_FAN_SPEED (source dcgm).",
  ]);
});

it("are warnings of the hub, whoever the files are for", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  recordResources();
  const rules = (metric: string) => ({ "a.yaml": rulesWith(metric) });
  const boards = (uid: string, metric: string) => ({
    [`${uid}.json`]: JSON.stringify({ ...JSON.parse(boardWith(metric)), uid }),
  });
  const args = {
    grafana: { organisations: { acme: { tenants: ["shared"] } } },
    rules: {
      files: { operators: rules("kube_pod_ones"), tenants: { dev: rules("kube_pod_twos") } },
    },
    dashboards: {
      files: {
        operators: boards("a", "kube_pod_threes"),
        everyone: boards("b", "kube_pod_fours"),
        organisations: { acme: boards("c", "kube_pod_fives") },
      },
    },
  };
  new HubObservability("hub", hubArgs(args));
  await settled();
  const told = warn.mock.calls.flatMap(([note]) => /kube_pod_\w+/.exec(note) ?? []);
  expect(told).toEqual(["ones", "twos", "threes", "fours", "fives"].map((n) => `kube_pod_${n}`));
});
