import { z } from "zod";
import {
  type Cloud,
  type CloudProvider,
  CLOUDS,
  described,
  name,
  PREFIX,
  S3_COMPATIBLE_FIELDS,
} from "@heliograph/heliograph/model";

const prefix = PREFIX.optional();

/** Exactly one of the two sections, which a check of its own requires. */
function cloudSchema({ provider, existing, create }: Cloud<CloudProvider>) {
  return z.strictObject({
    provider: z.literal(provider as Exclude<CloudProvider, "s3-compatible">),
    prefix,
    existing: z.strictObject(existing.fields).optional(),
    create: z.strictObject(create.fields).optional(),
  });
}

const [first, ...others] = Object.values<Cloud<CloudProvider>>(CLOUDS)
  .filter(({ staticKeys }) => !staticKeys)
  .map(cloudSchema);

const { bucket: bucketName, endpoint, region, insecure } = S3_COMPATIBLE_FIELDS;

/** With static keys: the secret section holds them, under a name. */
const s3Compatible = z.strictObject({
  provider: z.literal("s3-compatible"),
  prefix,
  create: described(
    z.boolean().default(false),
    "Whether to make the bucket where it does not exist: true or false",
    true,
  ),
  bucket: bucketName,
  endpoint,
  region,
  insecure,
  credentials: name(
    "Name of the entry in `heliograph:secrets` `objectStores` that holds its keys",
    "lab",
  ),
});

/** A bucket (or container) that someone made already, or one to make. */
export const bucket = described(
  z.discriminatedUnion("provider", [first!, ...others, s3Compatible]),
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

export type CompatibleBucketSection = z.output<typeof s3Compatible>;
/** A bucket of a cloud, which exists or is to be created. */
export type CloudBucketSection = z.output<NonNullable<typeof first>>;
export type BucketSection = CloudBucketSection | CompatibleBucketSection;

/** Whether pods use keys from the secret section, and not an identity of a cloud. */
export function isCompatible(bucket: BucketSection): bucket is CompatibleBucketSection {
  return "credentials" in bucket;
}
