import { describe, expect, it } from "vitest";
import { PrometheusApi } from "../../../components/backends/kit/metrics/prometheus-api";
import type { Ask } from "../../../components/backends/requests";

interface Asked {
  readonly url: string;
  readonly tenants: unknown;
  readonly form: Record<string, string>;
}

function mimirThatAnswers(status: number, answer: unknown) {
  const asked: Asked[] = [];
  const ask: Ask = async ({ path, tenants, body = "" }) => {
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    asked.push({ url: path, tenants, form });
    return { status, body: typeof answer === "string" ? answer : JSON.stringify(answer) };
  };
  return { mimir: new PrometheusApi("Mimir", ask, "/prometheus"), asked };
}

describe("queries", () => {
  it("ask several tenants as one, and give samples with their labels", async () => {
    const result = [{ metric: { cluster: "dev" }, value: [1_700_000_000, "16"] }];
    const { mimir, asked } = mimirThatAnswers(200, { status: "success", data: { result } });
    await expect(mimir.query(["dev", "prd"], "count(up)")).resolves.toEqual([
      { labels: { cluster: "dev" }, value: 16 },
    ]);
    expect(asked).toEqual([
      { url: "/prometheus/api/v1/query", tenants: ["dev", "prd"], form: { query: "count(up)" } },
    ]);
  });

  it("ask for another time than now", async () => {
    const { mimir, asked } = mimirThatAnswers(200, {
      status: "success",
      data: { result: [] },
    });
    await expect(mimir.number(["dev"], "count(up)", 1_700_000_000.5)).resolves.toBe(0);
    expect(asked[0]?.form).toEqual({ query: "count(up)", time: "1700000000.5" });
  });

  it("give stored samples with their own times", async () => {
    const result = [
      {
        metric: {},
        values: [
          [1.5, "1"],
          [2.5, "NaN"],
        ],
      },
    ];
    const { mimir } = mimirThatAnswers(200, { status: "success", data: { result } });
    await expect(mimir.samples(["dev"], "up[5m]")).resolves.toEqual([
      {
        labels: {},
        values: [
          [1.5, 1],
          [2.5, NaN],
        ],
      },
    ]);
  });

  it.each([
    [
      422,
      { status: "error", error: "parse error: unclosed left parenthesis" },
      "parse error: unclosed left parenthesis",
    ],
    [502, "<html>bad gateway</html>", "<html>bad gateway</html>"],
  ])("say what was wrong: %i", async (status, answer, reason) => {
    const { mimir } = mimirThatAnswers(status, answer);
    await expect(mimir.query(["dev"], "count(up")).rejects.toThrow(
      `Mimir answers ${status} to count(up: ${reason}`,
    );
  });
});
