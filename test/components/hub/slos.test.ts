import { describe, expect, it } from "vitest";
import type { HubSloArgs } from "../../../components/hub/slo-args";
import { argsIssues } from "../../../components/hub/args-issues";
import { resolveHub } from "../../../components/hub/resolve";
import { formatIssues } from "../../../components/kit/issues";
import { hubArgs } from "./hub";

const good = 'sum(rate(http_requests_total{code!~"5.."}[$window]))';
const total = "sum(rate(http_requests_total[$window]))";
const slo: HubSloArgs = { tenant: "dev", objective: 99.9, good, total };
const withSlo = (changes: Partial<HubSloArgs>) =>
  hubArgs({ slos: { checkout: { ...slo, ...changes } } });
const found = (changes: Partial<HubSloArgs>) =>
  argsIssues(withSlo(changes)).map(
    ({ path, expected }) => `${path.slice(2).join(".")}: ${expected}`,
  );

describe("SLOs of a hub", () => {
  it("are fine as they are, over 30 days where nothing else is said", () => {
    expect(argsIssues(withSlo({}))).toEqual([]);
    expect(resolveHub(withSlo({})).slos).toEqual([
      { ...slo, name: "checkout", window: "30d", labels: {} },
    ]);
  });

  it.each([
    ["a subquery of instant values", "sum_over_time((probe_success == bool 1)[$window:1m])"],
    ["an offset", "increase(requests_total[$window] offset 5m)"],
    ["a fixed range in a subquery", "sum_over_time((rate(x[1m]) < bool 0.3)[$window:30s])"],
    ["several lines and comments", "sum( # all of them\n  rate(x[$window])\n)"],
    ["a cluster of the tenant", 'rate(x{cluster="dev"}[$window])'],
    ["a pattern of clusters", 'rate(x{cluster=~"d.*"}[$window])'],
  ])("may count %s", (_, events) => expect(found({ good: events })).toEqual([]));

  it.each<[string, Partial<HubSloArgs>, string[]]>([
    [
      "an objective of 100",
      { objective: 100 },
      [
        "objective: Share of all events that has to be good, in percent: a number from 50 to 99.999: with an objective of 100 there is no error budget to use up",
      ],
    ],
    [
      "a bracket that is not closed",
      { good: 'sum(rate(x{code="200"}[$window])' },
      ['good: PromQL: it ends too early at column 33, after `...m(rate(x{code="200"}[$window])`'],
    ],
    [
      "a word too many",
      { total: "rate(x[$window]) every" },
      ["total: PromQL: it cannot be read at column 18, after `rate(x[$window])`"],
    ],
    [
      "an unknown function, on a second line",
      { good: "sum(\n  ratio(x[$window]))" },
      ["good: PromQL: it cannot be read at line 2, column 8, after `sum( ratio`"],
    ],
    ["nothing", { good: "" }, ["good: PromQL: it ends too early at column 1, after ``"]],
    ["no series", { good: "1" }, ["good: PromQL that selects series"]],
    ["no range", { good: "sum(x)" }, ["good: a range behind x: x[$window]"]],
    [
      "a fixed range",
      { good: "sum(rate(x[5m]))" },
      ["good: [$window] behind x, not [5m]: rules read it over ranges of their own"],
    ],
    [
      "a fixed range among ours",
      { good: 'rate(x[$window]) - rate(y{a="b"}[1h])' },
      ['good: [$window] behind y{a="b"}, not [1h]: rules read it over ranges of their own'],
    ],
    [
      "our range twice",
      { good: "max_over_time(rate(x[$window])[$window:1m])" },
      ["good: $window once around x, where it is 2 times"],
    ],
    [
      "a range that nothing takes",
      { good: "sum(x[$window])" },
      ["good: a function of a range, such as rate or sum_over_time, around x[$window]"],
    ],
    [
      "a number",
      { good: "scalar(rate(x[$window]))" },
      ["good: series that can be summed, not a number"],
    ],
    [
      "what rules record",
      { good: "rate(slo:events_good:window5m[$window])" },
      ["good: other series than those that rules of SLOs record: slo:events_good:window5m"],
    ],
    [
      "another tenant by its label",
      { good: 'rate(x{tenant_id="shared"}[$window])' },
      ['good: no matcher tenant_id="shared": an SLO sees the series of its tenant, dev, alone'],
    ],
    [
      "another tenant by its cluster",
      { total: 'rate(x{cluster="one"}[$window])' },
      ["total: a cluster of the tenant dev, not one: dev, gone"],
    ],
    ["an unknown tenant", { tenant: "stg" }, ["tenant: one of `tenants`: dev, shared"]],
    [
      "a window of an hour",
      { window: "1h" },
      ["window: Time over which the objective holds: a duration from 7d to 90d"],
    ],
    [
      "a window longer than the retention",
      { window: "60d" },
      ["window: at most 30d, the retentionDays of the tenant"],
    ],
    [
      "a label that rules set",
      { labels: { severity: "none" } },
      [
        "labels: Labels of its alerts, by which you can route them: names of labels with their values, other than alertname, severity, slo, team, tenant_id",
      ],
    ],
  ])("are rejected with %s", (_, changes, issues) => expect(found(changes)).toEqual(issues));

  it("need a backend whose rules see one tenant", () => {
    const { cells } = hubArgs();
    const metrics = { ...cells["main"]!.metrics, backend: "cortex" };
    const args = hubArgs({ cells: { main: { metrics } }, slos: { checkout: slo } });
    expect(argsIssues(args).map(({ expected }) => expected)).toEqual([
      "a tenant of a cell whose rules see one tenant: those of Cortex see all",
    ]);
  });

  it("need an edge that sends its metrics", () => {
    const { edges } = hubArgs();
    const args = hubArgs({
      edges: { dev: { ...edges["dev"]!, query: "query.dev.example.com:10901" } },
      slos: { checkout: slo },
      globalQuery: {} as never,
    });
    expect(argsIssues(args).map(({ path }) => path.join("."))).toContain("slos.checkout.tenant");
  });

  it("are rejected with a whole message", () => {
    expect(formatIssues("HubObservability hub", argsIssues(withSlo({ good: "sum(x)" })))).toBe(
      [
        "HubObservability hub: 1 problem",
        "",
        "1. slos.checkout.good",
        '   got       "sum(x)"',
        "   expected  a range behind x: x[$window]",
        '   paste     slos: { checkout: { good: "sum(rate(http_requests_total{code!~\\"5..\\"}[$window]))" } }',
      ].join("\n"),
    );
  });
});
