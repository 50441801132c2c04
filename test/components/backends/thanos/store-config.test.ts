import { expect, it } from "vitest";
import { connectionOf } from "../../../support/buckets";
import { thanosStoreConfig } from "../../../../components/backends/thanos/program/store-config";
import { connection } from "../../hub/hub";

it("tells Thanos a bucket of each cloud, without a credential", () => {
  expect(thanosStoreConfig({ ...connection, prefix: "cell1" })).toEqual({
    type: "S3",
    prefix: "cell1",
    config: {
      bucket: "heliograph-metrics",
      endpoint: "minio.example.com:9000",
      region: "us-east-1",
      insecure: false,
      bucket_lookup_type: "path",
    },
  });
  expect(thanosStoreConfig(connectionOf("gcs", { bucket: "metrics" }, undefined))).toEqual({
    type: "GCS",
    config: { bucket: "metrics" },
  });
  const azure = { storageAccount: "contoso", container: "metrics" };
  expect(thanosStoreConfig(connectionOf("azure", azure, undefined))).toEqual({
    type: "AZURE",
    config: { storage_account: "contoso", container: "metrics", endpoint: "blob.core.windows.net" },
  });
  expect(() => thanosStoreConfig({ ...connection, protocol: "ftp" })).toThrow(
    "expected s3, gcs or azure",
  );
});
