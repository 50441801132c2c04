import type { Issue } from "../../kit/issues";
import type { Cloud, Values } from "../cloud";
import { NO_CONNECTION, text } from "../connection";
import { lifecycleIssues } from "../lifecycle";
import { exampleFor } from "../sections";
import { GCS_CREATE, GCS_EXISTING } from "./args";
import { createGcsBucket, GCS_COLD_CLASSES } from "./create-bucket";
import { GCS_DEPLOYER, GCS_ROLES } from "./permissions";
import { GCS_REGIONS } from "./regions";

export const GCS: Cloud<"gcs"> = {
  provider: "gcs",
  regions: GCS_REGIONS,
  existing: { fields: GCS_EXISTING },
  create: {
    fields: GCS_CREATE,
    check: (values, retentionDays) => [
      ...keyElsewhere(values),
      ...lifecycleIssues("gcs", GCS_COLD_CLASSES, values, retentionDays),
    ],
  },
  address: ({ bucket = "" }) => `gcs ${bucket}`,
  connection: ({ bucket, serviceAccount }) => ({
    ...NO_CONNECTION,
    protocol: "gcs",
    bucket: text(bucket),
    serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": text(serviceAccount) },
  }),
  createBucket: createGcsBucket,
  // https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#network_policy
  tokenServer: ({ protocol }) =>
    protocol === "gcs"
      ? {
          addresses: ["169.254.169.252/32", "169.254.169.254/32"],
          ports: [988, 80],
          why: "the metadata server, which has the tokens",
        }
      : undefined,
  lifecycleRules: { "gcp:storage/bucket:Bucket": ["lifecycleRules"] },
  placeholders: {
    "gcp:serviceaccount/account:Account": ({ accountId, project }) => ({
      email: `${text(accountId)}@${text(project)}.iam.gserviceaccount.com`,
    }),
  },
  podPermissions: [
    { on: "the bucket", permissions: [GCS_ROLES.objects] },
    { on: "the service account that they act as", permissions: [GCS_ROLES.identity] },
  ],
  deployerPermissions: GCS_DEPLOYER,
};

/** A key elsewhere is refused by the cloud, when half of the rest is created. */
function keyElsewhere({ key, region }: Values): Issue[] {
  const home = typeof key === "string" ? /\/locations\/([^/]+)\//.exec(key)?.[1] : undefined;
  if (!home || typeof region !== "string" || home === region.toLowerCase()) return [];
  const expected = `the name of a Cloud KMS key in the bucket's region, ${region}`;
  return [{ path: ["key"], got: key, expected, example: exampleFor(GCS.create, "key") }];
}
