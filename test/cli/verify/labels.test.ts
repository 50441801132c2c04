import { afterEach, describe, expect, it } from "vitest";
import { type EdgeFacts, labelsOf } from "../../../components/contract/hub";
import type { Sample } from "../../../components/backends/requests";
import { allTenants } from "../../../src/cli/commands/verify/checks/metrics";
import {
  labelIssues,
  labels,
  wrongSeriesQuery,
} from "../../../src/cli/commands/verify/checks/labels";
import { type Agent, edgeView } from "../../../src/cli/commands/verify/edge";
import { hubView } from "../../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

const edges = {
  dev: entryOf("shared", { environment: "dev" }),
  qa: entryOf("shared", { environment: "qa" }),
  prd: entryOf("prd"),
};
const right = labelsOf("dev", edges.dev as EdgeFacts);

describe("accounting for labels", () => {
  const series = (
    value: number,
    changed: Partial<Record<keyof typeof right, string>> = {},
  ): Sample => {
    const entries = Object.entries({ ...right, ...changed }).filter(([, text]) => text !== "");
    return { labels: Object.fromEntries(entries), value };
  };

  it("finds nothing where all five are right", () => {
    expect(labelIssues(right, [series(16)], [])).toEqual([]);
  });

  it("names what is wrong, and what is not there", () => {
    expect(
      labelIssues(
        right,
        [series(16), series(2, { region: "other" })],
        [series(3, { tenant_id: "" })],
      ),
    ).toEqual(["2 series with region other instead of lab", "3 series with no tenant_id"]);
  });

  it("names a combination once, although two queries find it", () => {
    const wrong = series(2, { cluster: "x", environment: "" });
    expect(labelIssues(right, [wrong], [{ ...wrong, value: 40 }])).toEqual([
      "40 series with cluster x instead of dev, no environment",
    ]);
  });

  it("asks for series of strangers and for mislabelled ones of its own, but not for what the hub makes", () => {
    const query = wrongSeriesQuery("dev", edges);
    const [strangers = "", ...mislabelled] = query.split(" or ");
    expect(strangers).toContain('cluster!~"dev|qa"');
    expect(mislabelled.map((part) => /cluster="dev", (\w+)!="(\w+)"/.exec(part)?.slice(1))).toEqual(
      [
        ["environment", "dev"],
        ["region", "lab"],
        ["cluster_type", "workload"],
        ["tenant_id", "shared"],
      ],
    );
    for (const part of query.split(" or "))
      expect(part).toContain('__name__!~"ALERTS|ALERTS_FOR_STATE|.+:.+"');
  });
});

describe("the label checks, against a Mimir", () => {
  const now = new Date();
  const anHourAgo = new Date(now.getTime() - 3_600_000);
  const edge = async (
    answer: (promql: string, tenants: string) => readonly Sample[],
    runningSince = anHourAgo,
  ) => {
    const mimir = await servers.mimir(answer);
    const hub = { ...hubView("ops", clusterOf(), contractOf(edges)), metrics: async () => mimir };
    const agents = async (): Promise<Agent[]> => [
      { name: "prometheus-agent", endpoint: {}, runningSince },
    ];
    return { ...edgeView("dev", edges.dev, hub, undefined), agents };
  };

  it("count what is there, and what the hub made, apart", async () => {
    const outcome = await labels.run(
      await edge((promql) => {
        if (promql.includes("active_series")) return [{ labels: {}, value: 21_377 }];
        if (promql.includes("__name__=~")) return [{ labels: {}, value: 12 }];
        return promql.includes("up{") ? [{ labels: right, value: 16 }] : [];
      }),
    );
    expect(outcome).toEqual({
      status: "passed",
      brief: "21377 series",
      facts: { series: 21_377, targets: 16 },
      detail:
        "21377 series of 16 targets, 0 without one of the five labels or with a wrong one, 12 made by the hub itself",
    });
  });

  it("give the query that finds the wrong ones", async () => {
    const wrong = { labels: { ...right, cluster: "stranger" }, value: 3 };
    const outcome = await labels.run(
      await edge((promql) => (promql.includes("cluster!~") ? [wrong] : [])),
    );
    expect(outcome).toMatchObject({
      status: "failed",
      detail: "3 series with cluster stranger instead of dev",
      next: expect.stringContaining("Ask tenant shared for: count by (cluster, environment"),
    });
  });

  it("find series that kept the label of their agent", async () => {
    const kept = await edge((promql) =>
      promql.includes("__replica__") ? [{ labels: {}, value: 9 }] : [],
    );
    expect(await labels.run(kept)).toMatchObject({
      status: "failed",
      detail: "9 series kept the label __replica__",
    });
  });

  it("wait for an agent that has just been started, and for no other", async () => {
    const nothing = async () => edge(() => [], now);
    expect(await labels.run(await nothing())).toMatchObject({ status: "pending" });
    expect(await allTenants.run(await nothing())).toMatchObject({ status: "pending" });
    const old = await edge(() => []);
    expect(await labels.run(old)).toMatchObject({
      status: "failed",
      detail: "tenant shared has no series of cluster dev from the last 5 minutes",
    });
    expect(await allTenants.run(old)).toMatchObject({
      status: "failed",
      detail: "a query over 2 tenants (prd|shared) finds nothing of cluster dev",
    });
  });

  it("do not pass before the agent's own series are there: they say how many there are", async () => {
    const targetsOnly = (promql: string) =>
      promql.includes("up{") ? [{ labels: right, value: 16 }] : [];
    expect(await labels.run(await edge(targetsOnly, now))).toMatchObject({ status: "pending" });
    expect(await labels.run(await edge(targetsOnly))).toMatchObject({
      status: "failed",
      detail: "tenant shared has no series of the agent of dev itself from the last 5 minutes",
    });
  });

  it("see an edge in its own tenant only", async () => {
    const inTenants = (...tenants: string[]) =>
      tenants.map((tenant) => ({ labels: { __tenant_id__: tenant }, value: 16 }));
    const asked: string[] = [];
    const one = await edge((_, tenants) => (asked.push(tenants), inTenants("shared")));
    expect(await allTenants.run(one)).toMatchObject({ status: "passed", brief: "16 targets" });
    expect(asked).toEqual(["prd|shared"]);
    const two = await edge(() => inTenants("prd", "shared"));
    expect(await allTenants.run(two)).toMatchObject({
      status: "failed",
      detail: "cluster dev is seen in tenant prd and shared",
    });
  });
});
