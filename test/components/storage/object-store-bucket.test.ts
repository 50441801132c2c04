import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { ObjectStoreBucketArgs } from "../../../components/storage/args";
import type { S3CompatibleBucketLocationArgs } from "../../../components/storage/s3-compatible/args";
import { UNKNOWN } from "../../../components/kit/unknown";
import { GCS } from "../../../components/storage/gcs/gcs";
import { sectionIssues } from "../../../components/storage/sections";
import { ObjectStoreBucket } from "../../../components/storage/object-store-bucket";
import { recordResources, resolved, settled } from "../../support/mocks";

const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "a secret" };
const clientId = "00000000-0000-0000-0000-000000000001";
const compatible = { bucket: "heliograph-metrics", endpoint: "minio.example.com:9000", ...keys };

async function build(args: ObjectStoreBucketArgs) {
  const recorded = recordResources();
  const bucket = new ObjectStoreBucket("metrics", args);
  const connection = await resolved(bucket.connection);
  const secret = await pulumi.isSecret(bucket.connection);
  await settled();
  return { recorded, connection, secret };
}

/** The message of a refusal, or nothing. */
async function refusal(args: ObjectStoreBucketArgs): Promise<string> {
  recordResources();
  try {
    new ObjectStoreBucket("metrics", args);
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    await settled();
  }
}

describe("ObjectStoreBucket", () => {
  it("makes a bucket of an S3-compatible store by a Job, with the keys in a Secret", async () => {
    const { recorded, connection, secret } = await build({
      namespace: "heliograph-hub",
      s3Compatible: { create: { ...compatible, insecure: true } },
    });
    expect(recorded.map(({ type, name, parent }) => [type, name, parent])).toEqual([
      ["heliograph:index:ObjectStoreBucket", "metrics", undefined],
      ["kubernetes:core/v1:Secret", "metrics-credentials", "metrics"],
      ["kubernetes:batch/v1:Job", "metrics-create", "metrics"],
    ]);
    expect(recorded[2]?.inputs).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^metrics-create-[0-9a-f]{8}$/),
        namespace: "heliograph-hub",
      },
    });
    expect(connection).toEqual({
      protocol: "s3",
      bucket: "heliograph-metrics",
      prefix: "",
      endpoint: "minio.example.com:9000",
      region: "us-east-1",
      insecure: true,
      pathStyle: true,
      storageAccount: "",
      credentialsSecret: "metrics-credentials",
      accessKeyIdKey: "accessKeyId",
      secretAccessKeyKey: "secretAccessKey",
      serviceAccountAnnotations: {},
      podLabels: {},
    });
    expect(secret).toBe(false);
  });

  it("keeps the keys out of everything but the Secret", async () => {
    const { recorded, connection } = await build({
      namespace: "heliograph-hub",
      s3Compatible: {
        create: { ...compatible, secretAccessKey: pulumi.secret(keys.secretAccessKey) },
      },
    });
    expect(recorded[1]?.inputs["stringData"]).toEqual({
      ...keys,
      "curl.conf": 'user = "AKIAEXAMPLE:a secret"\n',
    });
    expect(JSON.stringify([recorded[0], recorded[2], connection])).not.toContain("a secret");
  });

  it("names another Job for a bucket in another place, and for nothing else", async () => {
    const jobName = async (create: typeof compatible) => {
      const { recorded } = await build({ namespace: "hub", s3Compatible: { create } });
      return (recorded[2]?.inputs["metadata"] as { name: string }).name;
    };
    const name = await jobName(compatible);
    expect(await jobName({ ...compatible, secretAccessKey: "another" })).toBe(name);
    expect(await jobName({ ...compatible, bucket: "other-metrics" })).not.toBe(name);
    expect(await jobName({ ...compatible, endpoint: "other.example.com" })).not.toBe(name);
  });

  it("makes nothing but the Secret for a bucket that exists", async () => {
    const { recorded } = await build({
      namespace: "hub",
      s3Compatible: { existing: compatible },
    });
    expect(recorded.map(({ name }) => name)).toEqual(["metrics", "metrics-credentials"]);
  });

  it.each<[ObjectStoreBucketArgs, object]>([
    [
      {
        azure: {
          existing: { storageAccount: "contosoheliograph", container: "metrics", clientId },
        },
      },
      {
        protocol: "azure",
        bucket: "metrics",
        endpoint: "blob.core.windows.net",
        storageAccount: "contosoheliograph",
        serviceAccountAnnotations: { "azure.workload.identity/client-id": clientId },
        podLabels: { "azure.workload.identity/use": "true" },
      },
    ],
    ...[
      ["chinaeast2", "blob.core.chinacloudapi.cn"],
      ["usgovvirginia", "blob.core.usgovcloudapi.net"],
    ].map(([region, endpoint]): [ObjectStoreBucketArgs, object] => [
      {
        azure: {
          existing: { storageAccount: "contosoheliograph", container: "metrics", clientId, region },
        },
      },
      { protocol: "azure", endpoint },
    ]),
    [
      {
        s3: {
          existing: {
            bucket: "metrics",
            region: "cn-north-1",
            roleArn: "arn:aws-cn:iam::123456789012:role/metrics",
          },
        },
      },
      {
        protocol: "s3",
        bucket: "metrics",
        endpoint: "s3.cn-north-1.amazonaws.com.cn",
        serviceAccountAnnotations: {
          "eks.amazonaws.com/role-arn": "arn:aws-cn:iam::123456789012:role/metrics",
        },
      },
    ],
    [
      {
        gcs: {
          existing: { bucket: "metrics", serviceAccount: "hub@project.iam.gserviceaccount.com" },
        },
      },
      {
        protocol: "gcs",
        bucket: "metrics",
        serviceAccountAnnotations: {
          "iam.gke.io/gcp-service-account": "hub@project.iam.gserviceaccount.com",
        },
      },
    ],
  ])("carries names and identity of %j, and makes nothing", async (args, expected) => {
    const { recorded, connection } = await build(args);
    expect(recorded).toHaveLength(1);
    expect(connection).toMatchObject({ ...expected, credentialsSecret: "" });
  });

  it("lets pass what only the engine knows; the same check waits for it", () => {
    const later = { bucket: UNKNOWN, serviceAccount: UNKNOWN } as const;
    expect(sectionIssues(GCS, "existing", later)).toEqual([]);
    expect(sectionIssues(GCS, "existing", { ...later, bucket: "Upper Case" })).toHaveLength(1);
  });
});

describe("ObjectStoreBucket refuses", () => {
  it("no cloud, two clouds, and one that is none", async () => {
    expect(await refusal({ namespace: "hub" })).toBe(`ObjectStoreBucket metrics: 1 problem

1. azure, s3, gcs, s3Compatible
   got       nothing
   expected  exactly one: the cloud, or other store, that has the bucket
   paste     s3Compatible: { existing: { ... } }`);
    const two = { s3Compatible: { existing: compatible }, gcs: {} };
    expect(await refusal(two)).toContain('got       ["gcs","s3Compatible"]');
    expect(await refusal({ swift: {} } as object)).toContain("got       nothing");
  });

  it("the arguments of former versions, with the ones to write instead", async () => {
    const former = {
      provider: "s3-compatible",
      existing: { ...compatible, bucket: pulumi.output("metrics") },
    };
    expect(await refusal(former as object)).toBe(
      `ObjectStoreBucket metrics: 1 problem

1. provider
   got       "s3-compatible"
   expected  nothing: the store is a key of its own, one of azure, s3, gcs, s3Compatible
   paste     s3Compatible: { existing: {"bucket":"...","endpoint":"minio.example.com:9000",\
"accessKeyId":"...","secretAccessKey":"..."} }`.replace("\\\n", ""),
    );
    const aws = { provider: "s3", create: { bucket: "contoso", region: "me-central-1" } };
    expect(await refusal(aws as object)).toContain(
      'paste     s3: { create: {"bucket":"contoso","region":"me-central-1"} }',
    );
  });

  it("everything that is wrong, at once", async () => {
    expect(
      await refusal({
        s3Compatible: {
          create: {
            endpoint: "http://minio:9000",
            accessKeyId: "",
            roleArn: "x",
          } as object as S3CompatibleBucketLocationArgs,
        },
      }),
    ).toBe(`ObjectStoreBucket metrics: 6 problems

1. namespace
   got       nothing
   expected  the namespace of the pods that use the bucket: the Secret with its keys goes there
   paste     namespace: "heliograph-hub"

2. s3Compatible.create.bucket
   got       nothing
   expected  Name of the bucket
   paste     s3Compatible: { create: { bucket: "heliograph-metrics" } }

3. s3Compatible.create.endpoint
   got       "http://minio:9000"
   expected  host and port, without a scheme or a path
   paste     s3Compatible: { create: { endpoint: "minio.example.com:9000" } }

4. s3Compatible.create.accessKeyId
   got       ""
   expected  Access key id
   paste     s3Compatible: { create: { accessKeyId: "AKIAEXAMPLE" } }

5. s3Compatible.create.secretAccessKey
   got       nothing
   expected  Secret access key
   paste     s3Compatible: { create: { secretAccessKey: "..." } }

6. s3Compatible.create.roleArn
   got       "x"
   expected  nothing: provider s3-compatible has no roleArn
   paste     // remove roleArn`);
  });

  it("to make a bucket for pods that it does not know, with a lifecycle that it cannot judge", async () => {
    const create = {
      bucket: "contoso-metrics",
      region: "me-central1",
      project: "contoso-ops",
      expireAfterDays: 30,
    };
    expect(await refusal({ gcs: { create } })).toBe(`ObjectStoreBucket metrics: 3 problems

1. namespace
   got       nothing
   expected  the namespace of the pods that use the bucket
   paste     namespace: "heliograph-hub"

2. kubernetesServiceAccount
   got       nothing
   expected  the service account of the pods that use the bucket
   paste     kubernetesServiceAccount: "mimir-main"

3. retentionDays
   got       nothing
   expected  the longest retention of what is stored there, since create.expireAfterDays is given
   paste     retentionDays: 365`);
  });

  it("fields of two clouds at once, and of the other section", async () => {
    const existing = {
      bucket: "contoso-metrics",
      region: "me-central-1",
      podIdentity: true,
      storageAccount: "contoso",
    };
    expect(
      await refusal({
        s3: { existing: { ...existing, ...({ eksCluster: "ops" } as object) } },
      }),
    ).toBe(
      `ObjectStoreBucket metrics: 2 problems

1. s3.existing.storageAccount
   got       "contoso"
   expected  nothing: provider s3 has no storageAccount
   paste     // remove storageAccount

2. s3.existing.eksCluster
   got       "ops"
   expected  nothing: provider s3 has no eksCluster in existing
   paste     // remove eksCluster`,
    );
  });

  it("neither, and both", async () => {
    expect(await refusal({ s3Compatible: {}, namespace: "hub" })).toContain(
      "expected  exactly one",
    );
    const both = {
      namespace: "hub",
      s3Compatible: { create: compatible, existing: compatible },
    };
    expect(await refusal(both)).toContain('got       "both"');
  });

  it("never shows a key", async () => {
    const message = await refusal({
      gcs: {
        existing: { bucket: "metrics", serviceAccount: "a@b", ...{ secretAccessKey: "a secret" } },
      },
    });
    expect(message).toContain("existing.secretAccessKey");
    expect(message).not.toContain("a secret");
  });
});
