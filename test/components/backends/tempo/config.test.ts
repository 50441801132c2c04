import { describe, expect, it } from "vitest";
import {
  MAX_OTLP_BYTES,
  tempoConfig,
  TEMPO_PATHS,
  type TempoConfigArgs,
} from "../../../../components/backends/tempo/config";
import { tempoRuntimeConfig, traceLimits } from "../../../../components/backends/tempo/limits";
import { toSeconds } from "../../../../components/kit/duration";
import { toYaml } from "../../../../components/kit/yaml";
import { connectionOf } from "../../../../components/storage/clouds";
import { connection } from "../../hub/hub";

const HOUR = 3600;
const product: TempoConfigArgs = { generation: 2, outageSeconds: 6 * HOUR };
const microservices = {
  name: "tempo-main",
  gossipHost: "tempo-main-gossip",
  frontendHost: "tempo-main-query-frontend-discovery",
  ingesterReplication: 3,
};
const whole: TempoConfigArgs = {
  ...product,
  metricsUrl: "http://mimir-main:8080/api/v1/push",
  microservices,
};

/** Paths of what has a value. */
function keys(section: object, path = ""): string[] {
  return Object.entries(section).flatMap(([key, value]) => {
    const here = path ? `${path}.${key}` : key;
    return typeof value === "object" && !Array.isArray(value)
      ? keys(value as object, here)
      : [here];
  });
}

describe("Tempo's configuration", () => {
  it("is this, as one process", async () => {
    await expect(toYaml(tempoConfig(connection, product))).toMatchFileSnapshot(
      "../../golden/tempo.yaml",
    );
  });

  it("is this, as microservices that make metrics of spans", async () => {
    await expect(toYaml(tempoConfig(connection, whole))).toMatchFileSnapshot(
      "../../golden/tempo-microservices.yaml",
    );
  });

  it("has the same keys in both generations, but for these", () => {
    const [first, second] = ([1, 2] as const).map((generation) =>
      keys(tempoConfig(connection, { ...whole, generation })),
    );
    expect(first!.filter((key) => !second!.includes(key))).toEqual([
      "search_enabled",
      "metrics_generator_enabled",
      "ingester.lifecycler.final_sleep",
      "query_frontend.max_outstanding_per_tenant",
      "overrides.ingestion_rate_strategy",
    ]);
    expect(second!.filter((key) => !first!.includes(key))).toEqual([
      "distributor.receivers.otlp.protocols.http.endpoint",
      "distributor.receivers.otlp.protocols.http.max_request_body_size",
      "distributor.retry_after_on_resource_exhausted",
      "distributor.max_attribute_bytes",
      "ingester.flush_all_on_shutdown",
      "overrides.defaults.ingestion.rate_strategy",
    ]);
  });

  it("finds what came late: blocks tell its time, ingesters are asked for it until it is in the bucket", () => {
    for (const outageSeconds of [HOUR, 12 * HOUR, 47 * HOUR]) {
      const { storage, query_frontend } = tempoConfig(connection, { ...product, outageSeconds });
      expect(toSeconds(storage.trace.wal.ingestion_time_range_slack)).toBeGreaterThan(
        outageSeconds,
      );
      expect(toSeconds(query_frontend.search.query_ingesters_until)).toBeGreaterThan(outageSeconds);
      // Tempo does not start with days in them.
      expect(toYaml({ storage, query_frontend })).not.toMatch(/\b\d+d\b/);
    }
  });

  it("keeps a block until every reader knows that it is in the bucket", () => {
    const { ingester, storage } = tempoConfig(connection, product);
    const known = toSeconds(storage.trace.blocklist_poll);
    expect(toSeconds(ingester.complete_block_timeout)).toBeGreaterThanOrEqual(3 * known);
  });

  it("writes to the disk only", () => {
    const { storage, metrics_generator } = tempoConfig(connection, whole);
    for (const path of [storage.trace.wal.path, metrics_generator!.storage.path])
      expect(path).toMatch(new RegExp(`^${TEMPO_PATHS.data}/`));
  });
});

describe("a bucket in Tempo's configuration", () => {
  const trace = (bucket: typeof connection, generation: 1 | 2 = 2) =>
    tempoConfig(bucket, { ...product, generation }).storage.trace;

  it("S3-compatible: by path, keys from the environment", () => {
    expect(trace(connection)).toMatchObject({
      backend: "s3",
      s3: {
        bucket: "heliograph-metrics",
        endpoint: "minio.example.com:9000",
        insecure: false,
        forcepathstyle: true,
      },
    });
  });

  it("S3: the endpoint of the region", () => {
    const bucket = connectionOf(
      "s3",
      { bucket: "traces", region: "me-central-1", roleArn: "arn" },
      undefined,
    );
    expect(trace(bucket)).toMatchObject({
      s3: { endpoint: "s3.me-central-1.amazonaws.com", forcepathstyle: false },
    });
  });

  it("Azure: account and container, with the identity that each generation knows", () => {
    const bucket = connectionOf(
      "azure",
      { storageAccount: "contoso", container: "traces" },
      undefined,
    );
    expect(trace(bucket)).toMatchObject({
      backend: "azure",
      azure: {
        storage_account_name: "contoso",
        container_name: "traces",
        use_federated_token: true,
      },
    });
    expect(trace(bucket, 1)).toMatchObject({
      azure: {
        "storage-account-name": "contoso",
        "container-name": "traces",
        "use-managed-identity": true,
      },
    });
  });

  it("GCS: the bucket", () => {
    const bucket = connectionOf("gcs", { bucket: "traces", serviceAccount: "a@b" }, undefined);
    expect(trace(bucket)).toMatchObject({ backend: "gcs", gcs: { bucket_name: "traces" } });
  });

  it("shared with others: its prefix, which the lab's generation does not know", () => {
    expect(trace({ ...connection, prefix: "eu" })).toMatchObject({ s3: { prefix: "eu" } });
    expect(() => trace({ ...connection, prefix: "eu" }, 1)).toThrow(
      "Tempo 1.x knows no prefix of objects: eu needs generation 2",
    );
  });

  it("another protocol is refused", () => {
    expect(() => trace({ ...connection, protocol: "swift" })).toThrow(
      "Tempo knows no object store with protocol swift: expected s3, gcs or azure",
    );
  });
});

describe("limits of a tenant", () => {
  it("are these", async () => {
    const tenants = {
      dev: { retentionDays: 7, spansPerSecond: 400 },
      prd: { retentionDays: 30, spansPerSecond: 20_000, metricsGenerator: true },
    };
    await expect(toYaml(tempoRuntimeConfig(2, tenants))).toMatchFileSnapshot(
      "../../golden/tempo-runtime.yaml",
    );
  });

  it("say the same to both generations", () => {
    const values = (generation: 1 | 2) => {
      const { dev } = tempoRuntimeConfig(generation, {
        dev: { retentionDays: 7, spansPerSecond: 9000, metricsGenerator: true },
      }).overrides;
      const leaves = (section: object): unknown[] =>
        Object.values(section).flatMap((value: unknown) =>
          typeof value === "object" && !Array.isArray(value)
            ? leaves(value as object)
            : [JSON.stringify(value)],
        );
      return leaves(dev!).sort();
    };
    expect(values(1)).toEqual(values(2));
  });

  it("leave room for a replay, and for the largest request: what is larger than the burst would never pass", () => {
    for (const spansPerSecond of [0, 200, 100_000]) {
      const { bytesPerSecond, burstBytes, liveTraces } = traceLimits({
        retentionDays: 7,
        spansPerSecond,
      });
      expect(bytesPerSecond).toBeGreaterThanOrEqual(5 * spansPerSecond * 1000);
      expect(burstBytes).toBeGreaterThan(MAX_OTLP_BYTES);
      expect(liveTraces).toBeGreaterThan(5 * spansPerSecond * 10);
    }
  });
});
