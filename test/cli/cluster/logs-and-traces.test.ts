import { afterEach, describe, expect, it } from "vitest";
import { Loki } from "../../../src/cli/cluster/loki";
import { Tempo } from "../../../src/cli/cluster/tempo";
import { Servers } from "../verify/fakes";

const servers = new Servers();
afterEach(() => servers.close());

async function answering(answer: object | undefined) {
  const asked: { path: string; parameters: Record<string, string>; tenants: string }[] = [];
  const endpoint = await servers.json(({ pathname, searchParams }, tenants) => {
    asked.push({ path: pathname, parameters: Object.fromEntries(searchParams), tenants });
    return answer;
  });
  return { endpoint, asked };
}

const range = { from: 1_700_000_000_000, to: 1_700_000_060_000 };

describe("Loki", () => {
  it("is asked for lines of several tenants as one, and gives the newest first", async () => {
    const streams = [
      { stream: { app: "a" }, values: [["1700000001000000000", "first"]] },
      { stream: { app: "b" }, values: [["1700000002500000000", "second"]] },
    ];
    const { endpoint, asked } = await answering({ data: { result: streams } });
    expect(await new Loki(endpoint).lines(["dev", "prd"], '{app=~".+"}', range, 5)).toEqual([
      { labels: { app: "b" }, time: 1_700_000_002_500, text: "second" },
      { labels: { app: "a" }, time: 1_700_000_001_000, text: "first" },
    ]);
    const [start, end] = ["1700000000000000000", "1700000060000000000"];
    const parameters = { query: '{app=~".+"}', limit: "5", direction: "backward", start, end };
    expect(asked).toEqual([{ path: "/loki/api/v1/query_range", parameters, tenants: "dev|prd" }]);
  });

  it("gives no labels and no streams where it leaves the list out", async () => {
    const { endpoint } = await answering({ status: "success" });
    expect(await new Loki(endpoint).labels(["dev"], range)).toEqual([]);
    expect(await new Loki(endpoint).streams(["dev"], '{a=~".+"}', range)).toEqual([]);
  });

  it("counts", async () => {
    const { endpoint } = await answering({ data: { result: [{ value: [1, "42"] }] } });
    expect(await new Loki(endpoint).number(["dev"], 'sum(count_over_time({a="b"}[1h]))')).toBe(42);
  });

  it("says what it was asked for where it refuses", async () => {
    const { endpoint } = await answering(undefined);
    await expect(new Loki(endpoint).labels(["dev"], range)).rejects.toThrow(
      "Loki answers 404 at /loki/api/v1/labels",
    );
  });
});

describe("Tempo", () => {
  const spans = [
    {
      name: "GET /",
      spanId: "APBnqgupArc=",
      attributes: [{ key: "http.status", value: { intValue: "500" } }],
    },
    { name: "query", spanId: "EPBnqgupArc=", parentSpanId: "APBnqgupArc=" },
  ];
  const resource = { attributes: [{ key: "cluster", value: { stringValue: "dev" } }] };

  it.each(["instrumentationLibrarySpans", "scopeSpans"])(
    "gives the spans of a trace: %s",
    async (name) => {
      const { endpoint, asked } = await answering({ batches: [{ resource, [name]: [{ spans }] }] });
      expect(await new Tempo(endpoint).trace("dev", "0af7")).toEqual([
        {
          name: "GET /",
          spanId: "00f067aa0ba902b7",
          parentSpanId: "",
          resource: { cluster: "dev" },
          attributes: { "http.status": "500" },
        },
        {
          name: "query",
          spanId: "10f067aa0ba902b7",
          parentSpanId: "00f067aa0ba902b7",
          resource: { cluster: "dev" },
          attributes: {},
        },
      ]);
      expect(asked).toMatchObject([{ path: "/api/traces/0af7", tenants: "dev" }]);
    },
  );

  it("gives no spans of a trace that it does not have", async () => {
    expect(await new Tempo((await answering(undefined)).endpoint).trace("dev", "0af7")).toEqual([]);
  });

  it("finds traces by attributes, with the zeros that it leaves out", async () => {
    const { endpoint, asked } = await answering({ traces: [{ traceID: "af7" }] });
    expect(await new Tempo(endpoint).search("dev", { "order.id": "47 11" })).toEqual([
      `${"0".repeat(29)}af7`,
    ]);
    expect(asked[0]?.parameters["tags"]).toBe('order.id="47 11"');
  });
});
