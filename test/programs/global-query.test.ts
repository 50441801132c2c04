/**
 * Proves: two edges whose metrics stay with them (each a pair of real Prometheus with real
 * sidecars, a query, a store gateway and a compactor, in one bucket) and a third that sends them to
 * a real Mimir are seen by the real global query as one: each series once, with the edge's labels;
 * also what only the bucket has; what does not answer is named while the rest is answered; and
 * nobody but the hub gets anything of an edge. Does not prove: that Services, policies and load
 * balancers lead there; scenario thanos-edge does.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import {
  edgeHost,
  EDGE_TRUST_FILE,
  ENDPOINTS_FILE,
  endpointsConfig,
  GLOBAL_QUERY_PATHS,
  globalQueryArgs,
} from "../../components/hub/global-query/config";
import { WATCHED_METRICS } from "../../components/rules/metrics";
import { toYaml } from "../../components/kit/yaml";
import { askAt } from "../../src/cli/cluster/ask";
import { GlobalQuery } from "../../src/cli/cluster/global-query";
import { connection } from "../components/hub/hub";
import { generation, queriedApplicant, queryApplicant, serverApplicant } from "./support/authority";
import { startCellReader } from "./support/cell-reader";
import type { Credentials } from "./support/certificates";
import { push } from "./support/configured-mimir";
import { startMimir, type RunningMimir } from "./support/mimir";
import { startMinio, type RunningStore } from "./support/minio";
import { RemoteWriteReceiver } from "./support/remote-write-receiver";
import { until, type RunningProgram } from "./support/server";
import { runThanos, ThanosEdge, thanosPorts, type ThanosPorts } from "./support/thanos-edge";

const BUCKET = "edges";
/** One of them says that it is of another cluster. */
const TARGET_SERIES = 20;
const METRICS = [
  ...Array.from({ length: TARGET_SERIES - 1 }, (_, n) => `shop_orders{shop="${n}"} ${n}`),
  `shop_orders{shop="liar",cluster="prd",environment="x"} 1`,
].join("\n");

/**
 * From so many seconds ago: older than any sample that is scraped in this test, younger than what
 * would be deleted.
 */
const HISTORY_AGE = 5 * 3600;
const HISTORY_SAMPLES = 240;

interface Answer {
  readonly data: {
    readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
  };
  readonly warnings?: readonly string[];
}

describe("the global query", () => {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-global-query-"));
  const begun = Math.floor(Date.now() / 1000);
  const running: RunningProgram[] = [];
  const edges: Record<string, ThanosEdge> = {};
  let target: Server;
  let gateway: RemoteWriteReceiver;
  let store: RunningStore;
  let mimir: RunningMimir;
  let ports: ThanosPorts;
  let cell: string;
  let hubIdentity: Credentials;
  let edgeIdentities: Record<string, Credentials>;

  async function ask(query: string, time = Date.now() / 1000): Promise<Answer> {
    const parameters = new URLSearchParams({ query, time: String(time) }).toString();
    return (
      await fetch(`http://127.0.0.1:${ports.http}/prometheus/api/v1/query?${parameters}`)
    ).json() as never;
  }
  const valuesBy = async (label: string, query: string, time?: number) =>
    Object.fromEntries(
      (await ask(query, time)).data.result.map(({ metric, value }) => [
        metric[label],
        Number(value[1]),
      ]),
    );

  /**
   * The file of endpoints with addresses of this machine; whose name the one at each place must
   * show.
   */
  function writeEndpoints(
    cells: readonly string[],
    places: Readonly<Record<string, string>>,
    host = "127.0.0.1",
  ): void {
    const config = endpointsConfig({ dev: 1, stg: 2 }, cells);
    const text = Object.entries(places).reduce(
      (known, [edge, at], index) =>
        known.replace(`${edgeHost(edge)}:${index + 1}`, `${host}:${edges[at]?.endpoint}`),
      toYaml(config),
    );
    writeFileSync(join(folder, "hub", ENDPOINTS_FILE), inFolder(text));
  }
  const inFolder = (text: string) =>
    Object.values(GLOBAL_QUERY_PATHS).reduce(
      (known, path) => known.replaceAll(path, join(folder, "hub")),
      text,
    );

  beforeAll(async () => {
    const [authority, queries] = await Promise.all([generation(1), generation(2)]);
    hubIdentity = await queries.sign(await queryApplicant());
    edgeIdentities = {
      dev: await authority.sign(await queriedApplicant("dev")),
      stg: await authority.sign(await queriedApplicant("stg")),
    };
    target = createServer((_, answer) =>
      answer.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(`${METRICS}\n`),
    );
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    gateway = await RemoteWriteReceiver.start(
      await authority.sign(await serverApplicant()),
      authority.cert,
    );
    store = await startMinio(join(folder, "store"), [BUCKET]);

    const bucket = { ...connection, bucket: BUCKET, endpoint: store.endpoint, insecure: true };
    for (const name of ["dev", "stg"]) {
      edges[name] = await ThanosEdge.start({
        ...{ name, folder, bucket, history: history() },
        target: `127.0.0.1:${(target.address() as AddressInfo).port}`,
        gateway: { url: gateway.url, trust: authority.cert },
        identity: edgeIdentities[name] as Credentials,
        queryTrust: queries.cert,
      });
    }
    mimir = await startMimir();
    const tenants = [HUB_TENANT, "prd", "dev"];
    const reader = await startCellReader(folder, {
      cell: "main",
      reads: `127.0.0.1:${mimir.port}`,
      tenants,
    });
    running.push(...reader.programs);
    cell = reader.address;

    mkdirSync(join(folder, "hub"));
    writeFileSync(join(folder, "hub", "tls.crt"), hubIdentity.cert);
    writeFileSync(join(folder, "hub", "tls.key"), hubIdentity.key);
    writeFileSync(join(folder, "hub", EDGE_TRUST_FILE), authority.cert);
    writeEndpoints([cell], { dev: "dev", stg: "stg" });
    ports = await thanosPorts();
    running.push(runThanos(globalQueryArgs(), ports, inFolder));
    await push(`http://127.0.0.1:${mimir.port}`, "prd", [
      { labels: { __name__: "shop_orders", ...labelsOf("prd") }, samples: recent(7) },
    ]);
    const clusters = async () =>
      Object.keys(await valuesBy("cluster", "count by (cluster) (shop_orders)"));
    await until(
      "all three are seen",
      async () => ((await clusters()).length === 3 ? true : undefined),
      90,
    );
  }, 240_000);

  afterAll(async () => {
    await Promise.all([
      ...running.map((each) => each.stop()),
      ...Object.values(edges).map((edge) => edge.stop()),
    ]);
    await Promise.all([mimir?.stop(), store?.stop(), gateway?.stop()]);
    target?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const labelsOf = (name: string) => ({
    cluster: name,
    environment: name,
    region: "here",
    cluster_type: "workload",
    tenant_id: name,
  });
  const recent = (value: number) => [[value, Date.now()]] as const;

  /** A counter every 15 s, in one block of two hours. */
  function history(): string {
    const start = Math.ceil((begun - HISTORY_AGE) / 7200) * 7200 - 7200;
    const lines = Array.from(
      { length: HISTORY_SAMPLES },
      (_, n) => `shop_visits ${n} ${start + 15 * n}`,
    );
    return ["# TYPE shop_visits gauge", ...lines, "# EOF\n"].join("\n");
  }

  it("shows all edges, each series once, as one Prometheus of its pair has it", async () => {
    const [port] = edges["dev"]?.prometheus ?? [];
    const own = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=count(shop_orders)`);
    const { data } = (await own.json()) as Answer;
    expect(Number(data.result[0]?.value[1])).toBe(TARGET_SERIES);
    expect(await valuesBy("cluster", "count by (cluster) (shop_orders)")).toEqual({
      dev: TARGET_SERIES,
      stg: TARGET_SERIES,
      prd: 1,
    });
  });

  it("gives every series the labels of its edge, and keeps what a target says of itself apart", async () => {
    const { data } = await ask(`shop_orders{shop="liar",cluster="dev"}`);
    const { metric } = data.result[0] ?? {};
    expect(metric).toMatchObject({
      ...labelsOf("dev"),
      exported_cluster: "prd",
      exported_environment: "x",
    });
    expect(Object.keys(metric ?? {})).not.toContain("prometheus_replica");
    expect(
      (await ask(`shop_orders{cluster="prd"}`)).data.result.map((found) => found.metric),
    ).toEqual([{ __name__: "shop_orders", ...labelsOf("prd") }]);
  });

  it("answers verify for each of them by itself", async () => {
    const query = new GlobalQuery(askAt({ port: ports.http }));
    const edge = (name: string) =>
      query.number(`127.0.0.1:${edges[name]?.endpoint}`, "count(shop_orders)");
    expect([await edge("dev"), await query.number(cell, "count(shop_orders)")]).toEqual([
      { value: TARGET_SERIES, warnings: [] },
      { value: 1, warnings: [] },
    ]);
    expect(await query.number(cell, `count(shop_orders{cluster="dev"})`)).toEqual({
      value: undefined,
      warnings: [],
    });
  });

  it("sees once what an edge also sends to the hub, which is what it is watched by and nothing else", async () => {
    const sent = await until("the edges send", async () =>
      gateway.of("up").length > 4 ? gateway.samples : undefined,
    );
    const names = new Set(sent.map(({ labels }) => labels["__name__"] ?? ""));
    expect([...names].filter((name) => !WATCHED_METRICS.includes(name))).toEqual([]);
    const ups = gateway.of("up").filter(({ labels }) => labels["cluster"] === "dev");
    expect(new Set(ups.map(({ labels }) => labels["__replica__"]))).toEqual(
      new Set(["prometheus-agent-0", "prometheus-agent-b-0"]),
    );
    expect(ups[0]?.labels).toMatchObject(labelsOf("dev"));
    expect(
      Object.keys(ups[0]?.labels ?? {}).filter(
        (label) => label.startsWith("exported_") || label === "prometheus_replica",
      ),
    ).toEqual([]);

    const before = await valuesBy("cluster", `count by (cluster) (up)`);
    const labels = Object.fromEntries(
      Object.entries(ups.at(-1)?.labels ?? {}).filter(([name]) => name !== "__replica__"),
    );
    expect(
      await push(`http://127.0.0.1:${mimir.port}`, "dev", [
        { labels, samples: [[1, ups.at(-1)?.milliseconds ?? 0]] },
      ]),
    ).toBe(200);
    await until("the hub has it", async () =>
      (await ask(`up{cell="main",cluster="dev"}`)).data.result.length > 0 ? true : undefined,
    );
    expect(await valuesBy("cluster", `count by (cluster) (up)`)).toEqual(before);
  });

  it("answers from the bucket when the pair is gone: n of n", async () => {
    const blocks = () =>
      readdirSync(join(folder, "store", BUCKET, "dev")).filter((name) =>
        /^[0-9A-Z]{26}$/.test(name),
      );
    await until("both have uploaded their block", async () =>
      blocks().length === 2 ? true : undefined,
    );
    await edges["dev"]?.stop(
      "prometheus-agent",
      "prometheus-agent-b",
      "sidecar of prometheus-agent",
      "sidecar of prometheus-agent-b",
    );
    const count = `count_over_time(shop_visits{cluster="dev"}[8h])`;
    const found = await until("the store gateway has loaded them", async () => {
      const { data, warnings } = await ask(count, begun);
      return data.result.length > 0 && !warnings ? data.result : undefined;
    });
    expect(found.map(({ value }) => Number(value[1]))).toEqual([HISTORY_SAMPLES]);
  });

  it("gives an edge's metrics to the hub alone", async () => {
    const outcome = (identity?: Credentials) => edges["dev"]?.outcomeFor(identity);
    expect(await outcome(hubIdentity)).toBe("answered");
    expect(await outcome()).toContain("CERTIFICATE_REQUIRED");
    expect(await outcome(edgeIdentities["stg"])).toMatch(/UNKNOWN_CA|BAD_CERTIFICATE/);
  });

  it("answers within 3 s when an edge is stopped, and says which", async () => {
    const { endpoint } = edges["stg"] as ThanosEdge;
    await edges["stg"]?.stop("query");
    for (let times = 0; times < 3; times++) {
      const start = performance.now();
      const { data, warnings } = await ask(`count by (cluster) (shop_orders)`);
      expect(performance.now() - start).toBeLessThan(3000);
      expect(data.result.map(({ metric }) => metric["cluster"])).toEqual(["prd"]);
      expect(warnings?.join()).toContain(`127.0.0.1:${endpoint}`);
    }
    const own = await new GlobalQuery(askAt({ port: ports.http })).number(
      `127.0.0.1:${endpoint}`,
      "count(shop_orders)",
    );
    expect(own).toEqual({
      value: undefined,
      warnings: [expect.stringContaining("connection refused")],
    });
  });

  it("does not believe an edge that answers in the place of another, and takes changed endpoints without a restart", async () => {
    writeEndpoints([], { dev: "stg", stg: "dev" }, "localhost");
    await until("the file is read again", async () => {
      const { warnings } = await ask(`shop_visits`, begun - HISTORY_AGE + 600);
      return (
        /certificate is valid for dev.edges.heliograph, not stg.edges.heliograph/.test(
          warnings?.join() ?? "",
        ) || undefined
      );
    });
  });
});
