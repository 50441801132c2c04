import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { PrometheusApi } from "../../../src/cli/cluster/prometheus-api";

interface Asked {
  readonly url: string | undefined;
  readonly tenants: unknown;
  readonly form: Record<string, string>;
}

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function mimirThatAnswers(
  status: number,
  answer: unknown,
): Promise<{ mimir: PrometheusApi; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const form = Object.fromEntries(new URLSearchParams(text));
      asked.push({ url: request.url, tenants: request.headers["x-scope-orgid"], form });
      response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { mimir: new PrometheusApi({ port: (server.address() as AddressInfo).port }), asked };
}

describe("queries", () => {
  it("ask several tenants as one, and give samples with their labels", async () => {
    const result = [{ metric: { cluster: "dev" }, value: [1_700_000_000, "16"] }];
    const { mimir, asked } = await mimirThatAnswers(200, { status: "success", data: { result } });
    await expect(mimir.query(["dev", "prd"], "count(up)")).resolves.toEqual([
      { labels: { cluster: "dev" }, value: 16 },
    ]);
    expect(asked).toEqual([
      { url: "/prometheus/api/v1/query", tenants: "dev|prd", form: { query: "count(up)" } },
    ]);
  });

  it("ask for another time than now", async () => {
    const { mimir, asked } = await mimirThatAnswers(200, {
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
    const { mimir } = await mimirThatAnswers(200, { status: "success", data: { result } });
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
    const { mimir } = await mimirThatAnswers(status, answer);
    await expect(mimir.query(["dev"], "count(up")).rejects.toThrow(
      `Mimir answers ${status} to count(up: ${reason}`,
    );
  });
});
