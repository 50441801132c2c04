/**
 * Proves: a hub whose buckets are made renders, each cloud's identity is for the service account of
 * the pods that use the bucket, and they are told of it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import { bucketArgs } from "../../src/stacks/bucket";
import { openProject } from "../../src/cli/project";
import { renderStack } from "../../src/cli/commands/render/render-stack";
import { LEAST } from "../components/storage/buckets";
import { hubSections } from "../config/settings";
import { resolved } from "../support/mocks";

type Manifest = { kind: string; metadata: { name: string; annotations?: Record<string, string> } };

test.each(["mimir", "cortex"])(
  "pods of each signal, metrics in %s, use the bucket that is made for it",
  { timeout: 60_000 },
  async (backend) => {
    const { cluster, hub } = hubSections();
    const logs = { schemaFrom: "2026-01-31", bucket: { provider: "gcs", create: LEAST.gcs } };
    const cells = {
      main: {
        region: "uaenorth",
        metrics: { backend, bucket: { provider: "s3", create: LEAST.s3 } },
        logs,
        traces: { bucket: { provider: "azure", create: LEAST.azure } },
      },
    };
    const folder = mkdtempSync(join(tmpdir(), "heliograph-test-"));
    try {
      const config = { "heliograph:cluster": cluster, "heliograph:hub": { ...hub, cells } };
      writeFileSync(join(folder, "Pulumi.ops.yaml"), toYaml({ config }));
      const { resources, objects } = await renderStack(openProject(folder), "ops");

      const inputs = (name: string) =>
        JSON.stringify(
          resources.find((resource) => resource.name === `hub-bucket-main-${name}`)?.inputs,
        );
      expect(inputs("metrics-role")).toContain(
        `system:serviceaccount:heliograph-hub:${backend}-main`,
      );
      expect(inputs("logs-workload-identity")).toContain(
        "contoso-ops.svc.id.goog[heliograph-hub/loki-main]",
      );
      expect(inputs("traces-workload-identity")).toContain(
        "system:serviceaccount:heliograph-hub:tempo-main",
      );

      const accounts = objects
        .map(({ manifest }) => manifest as unknown as Manifest)
        .filter(
          ({ kind, metadata }) => kind === "ServiceAccount" && metadata.name.endsWith("-main"),
        )
        .map(({ metadata: { name, annotations } }) => [name, annotations]);
      expect(Object.fromEntries(accounts)).toEqual({
        [`${backend}-main`]: {
          "eks.amazonaws.com/role-arn": "arn:aws:iam::000000000000:role/contoso-heliograph-metrics",
        },
        "loki-main": {
          "iam.gke.io/gcp-service-account":
            "contoso-heliograph-metrics@contoso-ops.iam.gserviceaccount.com",
        },
        "tempo-main": {
          "azure.workload.identity/client-id": "00000000-0000-0000-0000-000000000000",
        },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("keys of the secret section go with the location that names them", async () => {
  const location = { bucket: "metrics", endpoint: "minio:9000", region: "hall-1", insecure: true };
  const keys = pulumi.secret({ accessKeyId: "an id", secretAccessKey: "a key" });
  const section = { provider: "s3-compatible", credentials: "lab", ...location } as const;
  const { s3Compatible, ...others } = bucketArgs({ ...section, create: true }, { lab: keys });
  expect(others).toEqual({ prefix: undefined });
  expect(await resolved(pulumi.output(s3Compatible))).toEqual({
    create: { ...location, accessKeyId: "an id", secretAccessKey: "a key" },
  });
  expect(bucketArgs({ ...section, create: false }, {}).s3Compatible).toEqual({
    existing: { ...location, accessKeyId: "", secretAccessKey: "" },
  });
});
