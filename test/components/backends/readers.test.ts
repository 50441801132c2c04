import { describe, expect, it } from "vitest";
import { LokiReader } from "../../../components/backends/loki/reader";
import type { Ask } from "../../../components/backends/requests";
import { TempoReader } from "../../../components/backends/tempo/reader";

/** A pod that gives one answer: 404 where that is nothing. */
function answering(answer: object | undefined) {
  const asked: { path: string; parameters: Record<string, string>; tenants: string }[] = [];
  const ask: Ask = async ({ path, tenants = [] }) => {
    const { pathname, searchParams } = new URL(path, "http://localhost");
    asked.push({
      path: pathname,
      parameters: Object.fromEntries(searchParams),
      tenants: tenants.join("|"),
    });
    return answer
      ? { status: 200, body: JSON.stringify(answer) }
      : { status: 404, body: "not found" };
  };
  return { ask, asked };
}

const range = { from: 1_700_000_000_000, to: 1_700_000_060_000 };

describe("Loki", () => {
  it("is asked for lines of several tenants as one, and gives the newest first", async () => {
    const streams = [
      { stream: { app: "a" }, values: [["1700000001000000000", "first"]] },
      { stream: { app: "b" }, values: [["1700000002500000000", "second"]] },
    ];
    const { ask, asked } = answering({ data: { result: streams } });
    expect(await new LokiReader(ask).lines(["dev", "prd"], '{app=~".+"}', range, 5)).toEqual([
      { labels: { app: "b" }, time: 1_700_000_002_500, text: "second" },
      { labels: { app: "a" }, time: 1_700_000_001_000, text: "first" },
    ]);
    const [start, end] = ["1700000000000000000", "1700000060000000000"];
    const parameters = { query: '{app=~".+"}', limit: "5", direction: "backward", start, end };
    expect(asked).toEqual([{ path: "/loki/api/v1/query_range", parameters, tenants: "dev|prd" }]);
  });

  it("gives no labels and no streams where it leaves the list out", async () => {
    const { ask } = answering({ status: "success" });
    expect(await new LokiReader(ask).labels(["dev"], range)).toEqual([]);
    expect(await new LokiReader(ask).streams(["dev"], '{a=~".+"}', range)).toEqual([]);
  });

  it("counts", async () => {
    const { ask } = answering({ data: { result: [{ value: [1, "42"] }] } });
    expect(await new LokiReader(ask).number(["dev"], 'sum(count_over_time({a="b"}[1h]))')).toBe(42);
  });

  it("knows which streams the inventory does not account for", async () => {
    const labels = { cluster: "dev", region: "lab", tenant_id: "dev" };
    const { ask, asked } = answering({ data: [{}, {}] });
    const found = await new LokiReader(ask).unexpectedStreams(
      "dev",
      { labels, clusters: ["dev", "blue"] },
      range,
    );
    expect(found).toEqual([
      { query: '{service_name=~".+", cluster!~"dev|blue"}', streams: 2 },
      { query: '{cluster="dev", region!="lab"}', streams: 2 },
      { query: '{cluster="dev", tenant_id!="dev"}', streams: 2 },
    ]);
    expect(asked.map(({ parameters }) => parameters["match[]"])).toEqual(
      found.map(({ query }) => query),
    );
  });

  it("says what it was asked for where it refuses", async () => {
    const { ask } = answering(undefined);
    await expect(new LokiReader(ask).labels(["dev"], range)).rejects.toThrow(
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
      const { ask, asked } = answering({ batches: [{ resource, [name]: [{ spans }] }] });
      expect(await new TempoReader(ask).trace("dev", "0af7")).toEqual([
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
    expect(await new TempoReader(answering(undefined).ask).trace("dev", "0af7")).toEqual([]);
  });

  it("finds traces by attributes, with the zeros that it leaves out", async () => {
    const { ask, asked } = answering({ traces: [{ traceID: "af7" }] });
    expect(await new TempoReader(ask).search("dev", { "order.id": "47 11" })).toEqual([
      `${"0".repeat(29)}af7`,
    ]);
    expect(asked[0]?.parameters["tags"]).toBe('order.id="47 11"');
  });
});
