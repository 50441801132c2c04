import { describe, expect, it } from "vitest";
import { LOG_LABELS } from "../../../../components/contract/names";
import type { StoreOptions } from "../../../../components/backends/backend";
import {
  AHEAD_MINUTES,
  LOKI_PATHS,
  lokiConfig,
  MAX_CHUNK_AGE_HOURS,
  MAX_LOKI_PUSH_BYTES,
  SHARDED_AFTER_MINUTES,
} from "../../../../components/backends/loki/config";
import {
  logTenantLimits,
  lokiRuntimeConfig,
  type LogTenantLoad,
} from "../../../../components/backends/loki/limits";
import {
  lokiLayout,
  lokiPlan,
  lokiResources,
  MOST_LOG_BYTES,
} from "../../../../components/backends/loki/plan";
import { backendOf, storeIssues } from "../../../../components/backends/registry";
import { toSeconds } from "../../../../components/kit/duration";
import { parseQuantity } from "../../../../components/kit/quantity";
import { toYaml } from "../../../../components/kit/yaml";
import { connection } from "../../hub/hub";
import { cell, store } from "../support/cell";

const bucket = { ...connection, bucket: "heliograph-logs" };
const args = { bucket, schemaFrom: "2026-01-31", memoryBytes: 2 ** 30 };
const microservices = {
  name: "loki-main",
  gossipHost: "loki-main-gossip",
  compactorHost: "loki-main-compactor-0.loki-main-gossip",
  replication: { ingester: 3, "index-gateway": 3 },
};
const HOUR = 3600;
const edge = { bytesPerSecond: 100_000, outageSeconds: 6 * HOUR };

const logsBy = (options: StoreOptions) => store("logs", { schemaFrom: "2026-01-31", ...options });
const cellOf = (logBytesPerSecond: number) => cell({ load: { ...cell().load, logBytesPerSecond } });
const durability = (options: StoreOptions) => {
  const logs = logsBy(options);
  return logs.backend.durability(logs, cellOf(edge.bytesPerSecond));
};
const issues = (options: StoreOptions, bytesPerSecond = edge.bytesPerSecond) =>
  storeIssues(logsBy(options), cellOf(bytesPerSecond));

describe("Loki's configuration", () => {
  it.each([
    ["loki", lokiConfig(args)],
    [
      "loki-microservices",
      lokiConfig({ ...args, microservices, alertmanagers: ["http://alertmanager:9093"] }),
    ],
  ])("is this, for people to read: %s", async (name, config) => {
    await expect(toYaml(config)).toMatchFileSnapshot(`../../golden/${name}.yaml`);
  });

  it("gives index labels to what agents call so, and to nothing else", () => {
    const { resource_attributes } = lokiConfig(args).limits_config.otlp_config;
    const labels = resource_attributes.attributes_config.flatMap(({ attributes }) => attributes);
    expect(labels.map((name) => name.replace(".", "_")).sort()).toEqual([...LOG_LABELS].sort());
    expect(resource_attributes.ignore_defaults).toBe(true);
    expect(LOG_LABELS.length).toBeLessThan(15);
  });

  it("refuses no line because of others of its stream: whatever is not sharded by its age fits into half a chunk", () => {
    expect(SHARDED_AFTER_MINUTES + AHEAD_MINUTES).toBeLessThan((MAX_CHUNK_AGE_HOURS / 2) * 60);
  });

  it("knows a schema for every line that it takes", () => {
    const from = new Date(lokiConfig(args).schema_config.configs[0]!.from).getTime();
    const longest = logTenantLimits({
      retentionDays: 30,
      edges: [{ ...edge, outageSeconds: 90 * 24 * HOUR }],
    });
    const oldest =
      new Date(args.schemaFrom).getTime() - 1000 * toSeconds(longest.reject_old_samples_max_age);
    expect(from).toBeLessThan(oldest);
  });

  it("passes on what it has taken, and writes to the disk only", () => {
    const { server, ingester_client, common } = lokiConfig(args);
    for (const size of [
      server.grpc_server_max_recv_msg_size,
      ingester_client.grpc_client_config.max_send_msg_size,
    ])
      expect(size).toBeGreaterThan(MAX_LOKI_PUSH_BYTES);
    expect(common.path_prefix).toBe(LOKI_PATHS.data);
  });
});

describe("limits of a tenant's logs", () => {
  it("let nothing be cached of a time from which an edge may still send", () => {
    for (const outageSeconds of [90, 6 * HOUR, 10 * 24 * HOUR]) {
      const limits = logTenantLimits({ retentionDays: 30, edges: [{ ...edge, outageSeconds }] });
      const freshness = Object.entries(limits).filter(([key]) => key.includes("cache_freshness"));
      expect(freshness).toHaveLength(3);
      for (const [, cached] of freshness)
        expect(toSeconds(cached as string)).toBeGreaterThan(outageSeconds);
    }
  });

  it("are these, for people to read", async () => {
    const tenants: Record<string, LogTenantLoad> = {
      dev: { retentionDays: 30, edges: [edge] },
      empty: { retentionDays: 7, edges: [] },
      large: {
        retentionDays: 365,
        edges: [edge, { bytesPerSecond: 30_000_000, outageSeconds: 12 * 24 * HOUR }],
      },
    };
    await expect(toYaml(lokiRuntimeConfig(tenants))).toMatchFileSnapshot(
      "../../golden/loki-runtime.yaml",
    );
  });

  it.each([0, 1, 6, 24 * 7, 24 * 20])("take what was kept for %i hours", (hours) => {
    const limits = logTenantLimits({
      retentionDays: 30,
      edges: [{ ...edge, outageSeconds: hours * HOUR }],
    });
    expect(toSeconds(limits.reject_old_samples_max_age)).toBeGreaterThanOrEqual((hours + 1) * HOUR);
  });

  it("let the largest push through, from one stream or many", () => {
    const { ingestion_burst_size_mb, per_stream_rate_limit_burst } = logTenantLimits({
      retentionDays: 1,
      edges: [],
    });
    expect(ingestion_burst_size_mb * 2 ** 20).toBeGreaterThanOrEqual(MAX_LOKI_PUSH_BYTES);
    expect(per_stream_rate_limit_burst).toBe(`${ingestion_burst_size_mb}MB`);
  });
});

describe("the layout of Loki", () => {
  it("keeps three copies of each line, unless there are fewer ingesters", () => {
    expect(lokiLayout({ bytesPerSecond: 1 }).replication).toEqual({
      ingester: 3,
      "index-gateway": 3,
    });
    expect(lokiLayout({ bytesPerSecond: 1, replicas: { ingester: 1 } }).replication.ingester).toBe(
      1,
    );
    expect(durability({ topology: "microservices" })).toEqual({
      topology: "microservices",
      copies: 3,
      ingesters: 3,
    });
    expect(durability({})).toEqual({ topology: "single", copies: 1, ingesters: 1 });
    expect(lokiPlan(logsBy({}), cellOf(1))).toBeUndefined();
  });

  it("grows with the bytes", () => {
    const pods = (bytesPerSecond: number) => lokiLayout({ bytesPerSecond }).sizes.ingester.replicas;
    expect([1e6, 10e6, 100e6].map(pods)).toEqual([3, 5, 33]);
    const memory = (bytesPerSecond: number) =>
      parseQuantity(lokiResources(bytesPerSecond).requests.memory);
    expect(memory(20e6)).toBeGreaterThan(8 * memory(2e6));
    // An edge more does not restart Loki.
    expect(lokiResources(300_000)).toEqual(lokiResources(400_000));
  });

  it.each([
    [
      "replicas of single",
      { replicas: { querier: 3 } },
      1,
      "microservices, because replicas, caches or redis are given",
    ],
    [
      "caches of single",
      { caches: true },
      1,
      "microservices, because replicas, caches or redis are given",
    ],
    [
      "an unknown component",
      { replicas: { store: 3 } },
      1,
      `components of Loki: ${backendOf("logs").components.join(", ")}`,
    ],
    [
      "two ingesters",
      { replicas: { ingester: 2 } },
      1,
      "1, or 3 and more: of two, each stops writes when it is away",
    ],
    ["two compactors", { replicas: { compactor: 2 } }, 1, "one compactor"],
    ["more than a cell carries", {}, MOST_LOG_BYTES + 1, expect.stringContaining("another cell")],
  ])("refuses %s", (what, layout, bytesPerSecond, expected) => {
    const topology = what.endsWith("of single") ? "single" : "microservices";
    expect(issues({ topology, ...layout }, bytesPerSecond)).toEqual([
      expect.objectContaining({ expected }),
    ]);
  });

  it("refuses nothing of what it makes itself", () => {
    expect(issues({})).toEqual([]);
    expect(issues({ topology: "microservices", replicas: { ingester: 5 } })).toEqual([]);
  });
});
