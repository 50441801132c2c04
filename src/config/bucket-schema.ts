import { z } from "zod";
import { OBJECT_PREFIX, OBJECT_PREFIX_EXPECTED } from "../../components/contract/names";
import { described, name, text } from "./fields";

const bucketName = text("Name of the bucket", "heliograph-metrics");

const prefix = described(
  z.string().regex(OBJECT_PREFIX).optional(),
  `First part of the name of every object, for a bucket that cells share: ${OBJECT_PREFIX_EXPECTED}`,
  "main",
);

/** A bucket (or container) that someone made already, or, where the provider can, one to make. Identity before static keys. */
export const bucket = described(
  z.discriminatedUnion("provider", [
    z.strictObject({
      provider: z.literal("azure"),
      prefix,
      existing: z.strictObject({
        storageAccount: text("Storage account that holds the container", "contosoheliograph"),
        container: text("Blob container in that account", "metrics"),
        clientId: text(
          "Client id of the managed identity that may write to it (workload identity)",
          "00000000-0000-0000-0000-000000000000",
        ),
      }),
    }),
    z.strictObject({
      provider: z.literal("s3"),
      prefix,
      existing: z.strictObject({
        bucket: bucketName,
        region: text("Region of the bucket", "me-central-1"),
        roleArn: text("Role that pods assume (IRSA)", "arn:aws:iam::123456789012:role/heliograph-metrics"),
      }),
    }),
    z.strictObject({
      provider: z.literal("gcs"),
      prefix,
      existing: z.strictObject({
        bucket: bucketName,
        serviceAccount: text(
          "Google service account that pods act as (workload identity)",
          "heliograph@project.iam.gserviceaccount.com",
        ),
      }),
    }),
    z.strictObject({
      provider: z.literal("s3-compatible"),
      prefix,
      create: described(
        z.boolean().default(false),
        "Whether to make the bucket where it does not exist: true or false",
        true,
      ),
      bucket: bucketName,
      endpoint: text("Host and port of the endpoint, without a scheme", "minio.example.com:9000"),
      region: described(
        z.string().default("us-east-1"),
        "Region used in signatures; most endpoints take any",
        "us-east-1",
      ),
      insecure: described(
        z.boolean().default(false),
        "Whether the endpoint speaks plain HTTP: true or false (true only where nobody else is on the network)",
        false,
      ),
      credentials: name("Name of the entry in `heliograph:secrets` `objectStores` that holds its keys", "lab"),
    }),
  ]),
  "A bucket, by provider: azure, s3, gcs or s3-compatible",
  {
    provider: "azure",
    existing: {
      storageAccount: "contosoheliograph",
      container: "metrics",
      clientId: "00000000-0000-0000-0000-000000000000",
    },
  },
);

export type BucketSection = z.output<typeof bucket>;
