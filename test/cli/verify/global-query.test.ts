/**
 * Proves: what verify says of the global query, and of an edge that keeps its metrics.
 * Does not prove: the answers of the real Thanos; `test/programs/global-query.test.ts` does.
 */
import { afterEach, describe, expect, it } from "vitest";
import { toYaml } from "../../../components/kit/yaml";
import { endpointsConfig } from "../../../components/hub/global-query/config";
import { inQuery, retention } from "../../../src/cli/commands/verify/checks/metrics";
import { cellsInQuery } from "../../../src/cli/commands/verify/checks/hub";
import { edgeView } from "../../../src/cli/commands/verify/edge";
import { hubView } from "../../../src/cli/commands/verify/hub";
import type { Pod } from "../../../src/cli/cluster/cluster";
import { clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

/** A hub that asks edge dev and two cells, of which these answer. */
async function hubWhere(...answering: string[]) {
  const server = await servers.json(({ searchParams }) => {
    const address = /"(.+)"/.exec(searchParams.get("storeMatch[]") ?? "")?.[1] ?? "";
    if (answering.includes(address)) return { data: { result: [{ value: [0, "7"] }] } };
    return { data: { result: [] }, warnings: [`dial tcp ${address}: connection refused`] };
  });
  const text = toYaml(
    endpointsConfig({ dev: 10901 }, ["reader-main:10901", "thanos-eu-all-querier:10901"]),
  );
  const cluster = clusterOf({
    configMap: async () => ({ data: { "endpoints.yaml": text } }),
    service: async () => server,
  });
  return hubView("ops", cluster, contractOf({ dev: entryOf("dev"), stg: entryOf("stg") }));
}

describe("the global query", () => {
  it("has to be answered by every cell, and the one that does not is named", async () => {
    const all = ["reader-main:10901", "thanos-eu-all-querier:10901"];
    expect(await cellsInQuery.run(await hubWhere(...all))).toMatchObject({
      status: "passed",
      brief: "2 cells",
    });
    expect(await cellsInQuery.run(await hubWhere("reader-main:10901"))).toMatchObject({
      status: "pending",
      detail:
        "thanos-eu-all-querier:10901: dial tcp thanos-eu-all-querier:10901: connection refused",
    });
  });

  it("has to be answered by the edge itself", async () => {
    const edge = async (name: string, ...answering: string[]) =>
      edgeView(name, entryOf(name), await hubWhere(...answering), undefined);
    expect(await inQuery.run(await edge("dev", "edge-dev:10901"))).toMatchObject({
      status: "passed",
      brief: "7 targets",
      detail: "7 targets by way of edge-dev:10901",
    });
    expect(await inQuery.run(await edge("dev"))).toMatchObject({
      status: "pending",
      detail: "dev does not answer: dial tcp edge-dev:10901: connection refused",
    });
    expect(await inQuery.run(await edge("stg"))).toMatchObject({
      status: "failed",
      detail: "stg is not among those that are asked",
      next: "npm run up -- ops",
    });
  });
});

describe("the compactor of an edge", () => {
  const edgeWith = async (...pods: Partial<Pod>[]) => {
    const data = {
      "retention.resolution-raw": "4w2d",
      "retention.resolution-5m": "12w6d",
      "retention.resolution-1h": "1y",
    };
    const server = await servers.texts({ "/api/v1/status/flags": JSON.stringify({ data }) });
    const cluster = clusterOf({ pods: async () => pods as Pod[], endpoint: () => server });
    const home = { stack: "dev", context: "dev", cluster: () => cluster };
    return edgeView("dev", entryOf("dev"), hubView("ops", clusterOf(), contractOf({})), home);
  };

  it("keeps metrics for as long as the stack file says", async () => {
    const edge = await edgeWith({ name: "thanos-compactor-0", ready: true });
    expect(await retention([30, 90, 365]).run(edge)).toMatchObject({
      status: "passed",
      brief: "30d",
    });
    expect(await retention([60, 90, 365]).run(edge)).toMatchObject({
      status: "failed",
      detail: "tenant dev: retention.resolution-raw should be 60d, is 4w2d",
    });
  });

  it("has to be there", async () => {
    await expect(retention([30, 90, 365]).run(await edgeWith({ ready: false }))).rejects.toThrow(
      "no pod of the edge's compactor is ready",
    );
  });
});
