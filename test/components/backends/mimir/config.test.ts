import { describe, expect, it } from "vitest";
import { mimirConfig, MIMIR_PATHS } from "../../../../components/backends/mimir/config";
import { PLANNING, singleResources } from "../../../../components/backends/kit/metrics/resources";
import { toSeconds } from "../../../../components/kit/duration";
import { parseQuantity } from "../../../../components/kit/quantity";
import { connectionOf } from "../../../support/buckets";
import { connection } from "../../hub/hub";

describe("Mimir's configuration", () => {
  const config = mimirConfig(connection);

  it("shows blocks as soon as they are in the bucket, and keeps local copies for longer than queries need them", () => {
    const { tsdb, bucket_store } = config.blocks_storage;
    expect(config.querier.query_store_after).toBe("0s");
    expect(bucket_store.ignore_blocks_within).toBe("0s");
    expect(toSeconds(tsdb.retention_period)).toBeGreaterThan(
      toSeconds(config.limits.query_ingesters_within),
    );
  });

  it("ships everything when it is stopped", () => {
    expect(config.blocks_storage.tsdb.flush_blocks_on_shutdown).toBe(true);
  });

  it("is multi-tenant, federates tenants, and calls nobody", () => {
    expect(config).toMatchObject({
      multitenancy_enabled: true,
      tenant_federation: { enabled: true },
      usage_stats: { enabled: false },
    });
  });

  it("needs no more replicas than there are", () => {
    expect(config.ingester.ring.replication_factor).toBe(1);
    expect(config.store_gateway.sharding_ring.replication_factor).toBe(1);
  });

  it("writes to the disk only", () => {
    const { blocks_storage, compactor, ruler, activity_tracker } = config;
    const paths = [
      blocks_storage.tsdb.dir,
      blocks_storage.bucket_store.sync_dir,
      compactor.data_dir,
    ];
    for (const path of [...paths, ruler.rule_path, activity_tracker.filepath]) {
      expect(path).toMatch(new RegExp(`^${MIMIR_PATHS.data}/`));
    }
  });
});

describe("a bucket in Mimir's configuration", () => {
  it("S3-compatible: by path, keys from the environment", () => {
    expect(mimirConfig(connection).blocks_storage).toMatchObject({
      backend: "s3",
      s3: {
        bucket_name: "heliograph-metrics",
        endpoint: "minio.example.com:9000",
        region: "us-east-1",
        insecure: false,
        bucket_lookup_type: "path",
      },
    });
  });

  it("shared with others: its prefix, and none where it has none", () => {
    expect(mimirConfig({ ...connection, prefix: "eu" }).blocks_storage.storage_prefix).toBe("eu");
    expect(mimirConfig(connection).blocks_storage).not.toHaveProperty("storage_prefix");
  });

  it("S3: the endpoint of the region", () => {
    const bucket = connectionOf(
      "s3",
      { bucket: "metrics", region: "me-central-1", roleArn: "arn" },
      undefined,
    );
    expect(mimirConfig(bucket).blocks_storage).toMatchObject({
      backend: "s3",
      s3: {
        bucket_name: "metrics",
        endpoint: "s3.me-central-1.amazonaws.com",
        bucket_lookup_type: "auto",
      },
    });
  });

  it("Azure: account and container", () => {
    const bucket = connectionOf(
      "azure",
      { storageAccount: "contoso", container: "metrics" },
      undefined,
    );
    expect(mimirConfig(bucket).blocks_storage).toMatchObject({
      backend: "azure",
      azure: {
        account_name: "contoso",
        container_name: "metrics",
        endpoint_suffix: "blob.core.windows.net",
      },
    });
  });

  it("GCS: the bucket", () => {
    const bucket = connectionOf("gcs", { bucket: "metrics", serviceAccount: "a@b" }, undefined);
    expect(mimirConfig(bucket).blocks_storage).toMatchObject({
      backend: "gcs",
      gcs: { bucket_name: "metrics" },
    });
  });

  it("another protocol is refused", () => {
    expect(() => mimirConfig({ ...connection, protocol: "swift" })).toThrow(
      "no backend knows an object store with protocol swift: expected s3, gcs or azure",
    );
  });
});

describe("Mimir's resources", () => {
  it("follow upstream's planning figures", () => {
    expect(singleResources(800_000, PLANNING)).toEqual({
      requests: { cpu: "5000m", memory: "8649Mi" },
      limits: { cpu: "13550m", memory: "17Gi" },
      goMemoryLimit: "16323183820",
    });
  });

  it("stay as they are for one edge more, so that it does not restart Mimir", () => {
    expect(singleResources(600_000, PLANNING)).toEqual(singleResources(800_000, PLANNING));
    expect(singleResources(0, PLANNING)).toEqual(singleResources(25_000, PLANNING));
  });

  it("leave Go's memory limit below the container's", () => {
    for (const series of [0, 100_000, 5_000_000]) {
      const { limits, goMemoryLimit } = singleResources(series, PLANNING);
      expect(Number(goMemoryLimit)).toBeLessThan(parseQuantity(limits.memory) * 0.95);
    }
  });
});
