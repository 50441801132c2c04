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
import { connectionOf } from "../../../support/buckets";
import { connection } from "../../hub/hub";

const HOUR = 3600;
const product: TempoConfigArgs = { outageSeconds: 6 * HOUR };
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
  const trace = (bucket: typeof connection) => tempoConfig(bucket, product).storage.trace;

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

  it("Azure: account and container, with the identity of the workload", () => {
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
  });

  it("GCS: the bucket", () => {
    const bucket = connectionOf("gcs", { bucket: "traces", serviceAccount: "a@b" }, undefined);
    expect(trace(bucket)).toMatchObject({ backend: "gcs", gcs: { bucket_name: "traces" } });
  });

  it("shared with others: its prefix", () => {
    expect(trace({ ...connection, prefix: "eu" })).toMatchObject({ s3: { prefix: "eu" } });
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
    await expect(toYaml(tempoRuntimeConfig(tenants))).toMatchFileSnapshot(
      "../../golden/tempo-runtime.yaml",
    );
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
