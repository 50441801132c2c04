/**
 * Proves: what is made in each cloud, input by input, and what decides it; that pods wait for what
 * they need; that nothing that holds data can be deleted. Does not prove: that the clouds accept
 * it. No cloud can be reached here; the typed SDKs and the checks of names are as far as it goes.
 */
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import type { ObjectStoreBucketArgs } from "../../../components/storage/args";
import { accountId } from "../../../components/storage/gcs/create-bucket";
import { ObjectStoreBucket } from "../../../components/storage/object-store-bucket";
import { toYaml } from "../../../components/kit/yaml";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";
import { EVERYTHING, LEAST } from "./buckets";

const AZURE_ACCOUNT =
  "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/heliograph/providers/Microsoft.Storage/storageAccounts/contosometrics";

/** What the clouds would have answered. */
const ANSWERS = {
  "metrics-bucket": { arn: "arn:aws:s3:::contoso-heliograph-metrics" },
  "metrics-role": { arn: "arn:aws:iam::123456789012:role/contoso-heliograph-metrics" },
  "metrics-account": {
    name: "account-name",
    email: "contoso-heliograph-metrics@contoso-ops.iam.gserviceaccount.com",
    id: AZURE_ACCOUNT,
  },
  "metrics-container": {
    name: "metrics",
    id: `${AZURE_ACCOUNT}/blobServices/default/containers/metrics`,
  },
  "metrics-identity": {
    name: "contosometrics",
    clientId: "the-client-id",
    principalId: "the-principal-id",
  },
  "metrics-endpoint": { name: "contosometrics" },
};
const pods = {
  namespace: "heliograph-hub",
  kubernetesServiceAccount: "mimir-main",
  retentionDays: 365,
};

type Cloud = keyof typeof LEAST;

async function build(provider: Cloud, create: object, more: Partial<ObjectStoreBucketArgs> = {}) {
  const recorded = recordResources(ANSWERS);
  const bucket = new ObjectStoreBucket("metrics", { [provider]: { create }, ...pods, ...more });
  const connection = await resolved(bucket.connection);
  await settled();
  return { recorded, connection };
}

const inputsOf = (recorded: readonly Recorded[], name: string) =>
  recorded.find((resource) => resource.name === name)?.inputs as Record<string, never>;

function golden(recorded: readonly Recorded[], connection: object): string {
  const resources = recorded
    .slice(1)
    .map(({ name, type, protect, inputs }) => [
      name,
      { type, ...(protect && { protect }), inputs },
    ]);
  return toYaml({ connection, resources: Object.fromEntries(resources) });
}

afterEach(settled);

describe.each(Object.keys(LEAST) as Cloud[])("a bucket of %s", (provider) => {
  it("with the least that has to be said", async () => {
    const { recorded, connection } = await build(provider, LEAST[provider]);
    await expect(golden(recorded, connection)).toMatchFileSnapshot(`golden/${provider}-least.yaml`);
  });

  it("with all that can be said", async () => {
    const { recorded, connection } = await build(provider, EVERYTHING[provider], {
      prefix: "main",
    });
    await expect(golden(recorded, connection)).toMatchFileSnapshot(
      `golden/${provider}-everything.yaml`,
    );
  });

  it("cannot be deleted, unless that is asked for", async () => {
    const kept = async (create: object) =>
      (await build(provider, create)).recorded
        .filter(({ protect }) => protect)
        .map(({ name }) => name);
    const data = {
      s3: ["metrics-bucket"],
      gcs: ["metrics-bucket"],
      azure: ["metrics-account", "metrics-container"],
    };
    expect(await kept(LEAST[provider])).toEqual(data[provider]);
    expect(await kept({ ...LEAST[provider], protect: false })).toEqual([]);
  });

  it("belongs to the component, with names that begin with its own", async () => {
    const { recorded } = await build(provider, EVERYTHING[provider]);
    const [, ...children] = recorded;
    expect(children.length).toBeGreaterThan(3);
    for (const { name, parent } of children)
      expect([name, parent]).toEqual([expect.stringMatching(/^metrics-/), "metrics"]);
  });

  it("is made from values that only the engine knows, too", async () => {
    const late = Object.fromEntries(
      Object.entries(LEAST[provider]).map(([field, value]) => [field, pulumi.output(value)]),
    );
    const now = await build(provider, LEAST[provider]);
    expect((await build(provider, late)).connection).toEqual(now.connection);
  });
});

describe("pods are let in", () => {
  it("to S3 by the cluster's OIDC provider: only the service account of the hub", async () => {
    const { recorded, connection } = await build("s3", LEAST.s3);
    const issuer = "oidc.eks.me-central-1.amazonaws.com/id/EXAMPLE";
    expect(JSON.parse(inputsOf(recorded, "metrics-role")["assumeRolePolicy"]!)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
          Condition: {
            StringEquals: {
              [`${issuer}:sub`]: "system:serviceaccount:heliograph-hub:mimir-main",
              [`${issuer}:aud`]: "sts.amazonaws.com",
            },
          },
        },
      ],
    });
    expect(connection.serviceAccountAnnotations).toEqual({
      "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/contoso-heliograph-metrics",
    });
  });

  it("to S3 by EKS Pod Identity: an association, and nothing on the service account", async () => {
    const { recorded, connection } = await build("s3", EVERYTHING.s3);
    expect(inputsOf(recorded, "metrics-pod-identity")).toMatchObject({
      clusterName: "ops",
      namespace: "heliograph-hub",
      serviceAccount: "mimir-main",
      roleArn: "arn:aws:iam::123456789012:role/contoso-heliograph-metrics",
    });
    expect(connection.serviceAccountAnnotations).toEqual({});
  });

  it("to the key too, where the bucket has one", async () => {
    const actions = async (create: object) => {
      const { recorded } = await build("s3", create);
      const { Statement } = JSON.parse(inputsOf(recorded, "metrics-role-policy")["policy"]!) as {
        Statement: { Action: string[]; Resource: string }[];
      };
      return Statement.filter(({ Action }) => Action.some((action) => action.startsWith("kms:")));
    };
    expect(await actions(LEAST.s3)).toEqual([]);
    expect(await actions(EVERYTHING.s3)).toEqual([
      {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: EVERYTHING.s3.key,
      },
    ]);
  });

  it("to Google's by a service account whose id fits, whatever the bucket's name", () => {
    expect(accountId("contoso-metrics")).toBe("contoso-metrics");
    for (const bucket of ["1st", "with.dots", "with_underscores", "a".repeat(31)]) {
      expect(accountId(bucket)).toMatch(/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/);
    }
    expect(accountId("a".repeat(31))).not.toBe(accountId("a".repeat(32)));
  });

  it("to Azure through the private endpoint alone, where there is one", async () => {
    const open = await build("azure", LEAST.azure);
    expect(inputsOf(open.recorded, "metrics-account")["publicNetworkAccess"]).toBe("Enabled");
    const closed = await build("azure", EVERYTHING.azure);
    expect(inputsOf(closed.recorded, "metrics-account")["publicNetworkAccess"]).toBe("Disabled");
  });
});

describe("a bucket that is used waits for", () => {
  it.each<[Cloud, string[]]>([
    [
      "s3",
      [
        "metrics-role-policy",
        "metrics-pod-identity",
        "metrics-encryption",
        "metrics-public-access",
      ],
    ],
    ["gcs", ["metrics-objects", "metrics-workload-identity"]],
    [
      "azure",
      ["metrics-objects", "metrics-workload-identity", "metrics-endpoint", "metrics-endpoint-dns"],
    ],
  ])("what lets its pods in: %s", async (provider, before) => {
    recordResources(ANSWERS);
    const { connection } = new ObjectStoreBucket("metrics", {
      [provider]: { create: EVERYTHING[provider] },
      ...pods,
    });
    const awaited = await (
      connection as unknown as { allResources(): Promise<Set<pulumi.Resource>> }
    ).allResources();
    const names = await Promise.all(
      [...awaited].map(async ({ urn }) => (await resolved(urn)).split("::").at(-1)),
    );
    expect(names).toEqual(expect.arrayContaining(before));
  });
});
