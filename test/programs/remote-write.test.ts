import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EdgeFacts, labelsOf } from "../../components/contract/hub";
import { backendOf } from "../../components/backends/registry";
import { askAt } from "../../src/cli/cluster/ask";
import { remoteWrite, type Series } from "../../src/cli/cluster/remote-write";
import { allTenants, newestSample } from "../../src/cli/commands/verify/checks/metrics";
import { labels } from "../../src/cli/commands/verify/checks/labels";
import { edgeView, type EdgeView } from "../../src/cli/commands/verify/edge";
import { hubView } from "../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, entryOf } from "../cli/verify/fakes";
import { type RunningMimir, startMimir } from "./support/mimir";

const edges = {
  dev: entryOf("shared", { environment: "dev" }),
  qa: entryOf("shared", { environment: "qa" }),
  prd: entryOf("prd"),
};
const seconds = Math.floor(Date.now() / 1000);

/** What `verify` asks, asked of the real Mimir about data that our own client wrote. */
describe("remote write and queries, on the real Mimir", () => {
  let port: number;
  let mimirServer: RunningMimir;

  const write = (tenant: string, ...series: Series[]) =>
    remoteWrite({ port, headers: { "x-scope-orgid": tenant } }, series);
  const series = (
    name: keyof typeof edges,
    metric: string,
    changed: Record<string, string> = {},
    age = 0,
  ): Series => ({
    labels: { __name__: metric, ...labelsOf(name, edges[name] as EdgeFacts), ...changed },
    samples: [[1, (seconds - age) * 1000]],
  });
  const edge = (name: keyof typeof edges): EdgeView => {
    const mimir = async () => backendOf("metrics").reader(askAt({ port }));
    const hub = { ...hubView("ops", clusterOf(), contractOf(edges)), metrics: mimir };
    const agents = async () => [
      { name: "prometheus-agent", endpoint: {}, runningSince: undefined },
    ];
    return { ...edgeView(name, edges[name], hub, undefined), agents };
  };

  beforeAll(async () => {
    mimirServer = await startMimir();
    port = mimirServer.port;
  });
  afterAll(() => mimirServer?.stop());

  it("takes a write of nothing, which the gateway is probed with", async () => {
    expect(await write("shared")).toMatchObject({ status: 200, body: "" });
  });

  it("has what was written, in its tenant and in no other", async () => {
    const value = {
      labels: { __name__: "written", umlaut: "ä|ö" },
      samples: [
        [1.5, seconds * 1000],
        [2.5, seconds * 1000 + 1],
      ],
    } as const;
    expect(await write("shared", value)).toMatchObject({ status: 200 });
    const mimir = backendOf("metrics").reader(askAt({ port }));
    expect(await mimir.samples(["shared"], "written[1m]")).toEqual([
      {
        labels: value.labels,
        values: [
          [seconds, 1.5],
          [seconds + 0.001, 2.5],
        ],
      },
    ]);
    expect(await mimir.number(["prd"], "count(written)", seconds + 1)).toBe(0);
    expect(await mimir.number(["prd", "shared"], "count(written)", seconds + 1)).toBe(1);
  });

  it("refuses for good what is out of its window, and says so", async () => {
    const { status, body } = await write("shared", series("dev", "written_late", {}, 48 * 3600));
    expect([status, body]).toEqual([400, expect.stringContaining("too old")]);
  });

  it("accounts for the labels of an edge", async () => {
    await write(
      "shared",
      series("dev", "up", { job: "a" }),
      series("dev", "up", { job: "b" }),
      series("qa", "up"),
    );
    await write("shared", { labels: { __name__: "job:up:sum" }, samples: [[2, seconds * 1000]] });
    const agentSeries = series("dev", "prometheus_agent_active_series");
    await write("shared", { ...agentSeries, samples: [[1200, seconds * 1000]] });
    await expect(labels.run(edge("dev"))).resolves.toMatchObject({
      // What the first test wrote is of no cluster.
      status: "failed",
      detail: "1 series with no cluster, no environment, no region, no cluster_type, no tenant_id",
    });
    await write("prd", series("prd", "up"), {
      ...series("prd", "prometheus_agent_active_series"),
      samples: [[7, seconds * 1000]],
    });
    await write("prd", { labels: { __name__: "job:up:sum" }, samples: [[2, seconds * 1000]] });
    await expect(labels.run(edge("prd"))).resolves.toMatchObject({
      status: "passed",
      brief: "7 series",
      detail:
        "7 series of 1 target, 0 without one of the five labels or with a wrong one, 1 made by the hub itself",
    });
    await write(
      "prd",
      series("prd", "odd", { region: "elsewhere", job: "a" }),
      series("prd", "odd", { region: "elsewhere" }),
    );
    await expect(labels.run(edge("prd"))).resolves.toMatchObject({
      detail: "2 series with region elsewhere instead of lab",
    });
  });

  it("knows the age of the newest sample, and the tenants that an edge is seen in", async () => {
    await expect(newestSample(3600).run(edge("qa"))).resolves.toMatchObject({ status: "passed" });
    await expect(newestSample(60).run({ ...edge("qa"), name: "nobody" })).resolves.toMatchObject({
      detail: "no sample within the last 6 hours",
    });
    await expect(allTenants.run(edge("dev"))).resolves.toMatchObject({
      status: "passed",
      brief: "2 targets",
    });
    await write("prd", series("dev", "up"));
    await expect(allTenants.run(edge("dev"))).resolves.toMatchObject({
      detail: "cluster dev is seen in tenant prd and shared",
    });
  });
});
