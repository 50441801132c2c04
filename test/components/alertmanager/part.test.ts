/**
 * Proves: the part of a hub's routes that an edge gets takes its alerts the same way as the whole
 * tree does, for random trees and alerts; it is taken by the checks of an edge, and holds no
 * receiver that alerts of this edge cannot reach. Does not prove: that Alertmanager reads trees as
 * `Routing` does; test/programs/alert-routing.test.ts does.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlertRouteArgs } from "../../../components/alertmanager/args";
import { alertmanagerConfig } from "../../../components/alertmanager/config";
import { edgeAlerting, encodeAlerting } from "../../../components/alertmanager/contract";
import { alertingIssues } from "../../../components/alertmanager/issues";
import { partOf } from "../../../components/alertmanager/part";
import { resolveAlertmanager, type AlertingInput } from "../../../components/alertmanager/resolve";
import { Routing } from "../../../components/alertmanager/routing";
import { facts } from "../../support/facts";
import { alertingArgs } from "../hub/alerting";

const RECEIVERS = ["a", "b", "c"];
const known = { tenants: ["t1", "t2"], environments: ["dev", "prd"], clusters: ["c1", "c2"] };
const own = { tenant_id: "t1", environment: "prd", cluster: "c1" };
const receivers = Object.fromEntries(RECEIVERS.map((name) => [name, { webhook: {} }]));

const some = (values: readonly string[]) =>
  fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined, freq: 2 });
const conditions = {
  tenants: some(known.tenants),
  environments: some(known.environments),
  clusters: some(known.clusters),
  severities: some(["critical", "warning"]),
  alerts: some(["NodeDown", "Watchdog"]),
  matchers: fc.subarray(['tenant_id=~"t1|t3"', 'cluster!="c1"', 'team="shop"'], { maxLength: 1 }),
  groupWait: fc.constantFrom(undefined, "1s", "2s"),
  continue: fc.boolean(),
};
const receiver = fc.constantFrom(...RECEIVERS, "nobody");
const inner = fc.record({ ...conditions, receiver: fc.option(receiver, { nil: undefined }) });
const route = fc
  .record({ ...conditions, receiver, routes: fc.array(inner, { maxLength: 3 }) })
  .map((each) => ({ ...each, routes: each.routes.filter((within) => reachable(within, each)) }));

/** The checks of a hub refuse a route within another that lets none of its alerts through. */
function reachable(within: Conditions, around: Conditions): boolean {
  return (["severities", "alerts"] as const).every((condition) => {
    const [values, outer] = [within[condition], around[condition]];
    return !values || !outer || values.some((value) => outer.includes(value));
  });
}

type Conditions = Pick<AlertRouteArgs, "severities" | "alerts">;

const trees = fc
  .array(route, { maxLength: 4 })
  .map((routes) => [...routes, { receiver: "a" }] as AlertRouteArgs[]);
const labels = fc.record({
  alertname: fc.constantFrom("NodeDown", "Watchdog", "PodNotReady"),
  severity: fc.constantFrom("critical", "warning", "none"),
  team: fc.constantFrom("", "shop"),
});

const routingOf = (alerting: AlertingInput) =>
  new Routing(alertmanagerConfig(resolveAlertmanager(alerting, 1)!));
/** All but the way there. */
const toldBy = (routing: Routing, alert: Readonly<Record<string, string>>) =>
  routing.notifications({ ...own, ...alert }).map((told) => ({ ...told, path: [] }));

describe("the part of an edge", () => {
  it("takes its alerts the same way as the whole", () => {
    fc.assert(
      fc.property(trees, fc.array(labels, { minLength: 5, maxLength: 5 }), (routes, alerts) => {
        const part = partOf({ receivers, routes }, own);
        // Those who tell nobody need no Alertmanager.
        const there = Object.keys(part.receivers).length > 0 ? part : { ...part, receivers };
        const [whole, parted] = [routingOf({ receivers, routes }), routingOf(there)];
        for (const alert of alerts) expect(toldBy(parted, alert)).toEqual(toldBy(whole, alert));
      }),
      { numRuns: 1000 },
    );
  });

  it("is taken by the checks of an edge", () => {
    fc.assert(
      fc.property(trees, (routes) => {
        const part = partOf({ receivers, routes }, own);
        if (Object.keys(part.receivers).length === 0) return;
        expect(alertingIssues(part)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("what a hub tells its edges", () => {
  const { receivers: all, routes = [], timeIntervals = {} } = alertingArgs();
  const workloads = {
    thresholds: { nodeCpuRatio: 0.8, nodeFilesystemRatio: 0.9 },
    environments: { prd: { nodeCpuRatio: 0.7 } },
    tenants: { dev: { nodeMemoryRatio: 0.6 } },
    disabled: ["NodeCpuBusy"],
  };
  const alerting = encodeAlerting({ receivers: all ?? {}, routes, timeIntervals }, workloads);
  const edge = (environment: string) => ({ state: "waiting" as const, ...facts, environment });
  const edges = { dev: edge("dev"), prd: edge("prd") };

  it("holds no secret", () => {
    expect(JSON.stringify(alerting)).not.toMatch(/secret-\d|routing-key/);
  });

  it("is of production for its edges, and of everything else for the others", () => {
    expect(edgeAlerting({ alerting, edges }, "prd")).toMatchObject({
      routes: [
        {
          receiver: "production",
          routes: [{ receiver: "on-call" }, { receiver: "shop", muteTimeIntervals: ["nights"] }],
        },
      ],
      timeIntervals: { nights: [{}] },
      disabled: ["NodeCpuBusy"],
    });
    const dev = edgeAlerting({ alerting, edges }, "dev");
    expect(Object.keys(dev?.receivers ?? {})).toEqual(["everything-else"]);
    expect(dev?.timeIntervals).toEqual({});
  });

  it("has the thresholds of its environment, and of its tenant before that", () => {
    expect(edgeAlerting({ alerting, edges }, "prd")?.thresholds).toEqual({
      ...{ nodeCpuRatio: 0.7, nodeFilesystemRatio: 0.9, nodeMemoryRatio: 0.6 },
    });
  });

  it("is refused where it has what is not known: somebody else would be called", () => {
    const newer = { ...alerting, receivers: { chat: { carrierPigeon: {} } } };
    expect(() => edgeAlerting({ alerting: newer, edges }, "dev")).toThrow("carrierPigeon");
  });

  it("is nothing where the hub is older", () => {
    expect(edgeAlerting({ edges }, "dev")).toBeUndefined();
  });
});
