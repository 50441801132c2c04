import { z } from "zod";
import {
  type Cloud,
  type CloudProvider,
  CLOUDS,
  described,
  listed,
  name,
  PREFIX,
} from "@heliograph/heliograph/model";

const prefix = PREFIX.optional();
const PROVIDER = "Provider of the bucket, which decides the other keys";

const clouds = Object.values<Cloud<CloudProvider>>(CLOUDS);

/** Exactly one of the two sections, which a check of its own requires. */
function cloudSchema({ provider, existing, create }: Cloud<CloudProvider>) {
  return z.strictObject({
    provider: z.literal(provider).meta({ description: PROVIDER }),
    prefix,
    existing: z.strictObject(existing.fields).optional().meta({
      description: "An existing bucket. Give exactly one of `existing` and `create`.",
    }),
    create: z.strictObject(create.fields).optional().meta({
      description: "A bucket to create. Give exactly one of `existing` and `create`.",
    }),
  });
}

/** With static keys: the secret section holds them, under a name. */
function keyedSchema({ provider, existing: { fields, secret } }: Cloud<CloudProvider>) {
  const shown = Object.entries(fields).filter(([field]) => !secret?.includes(field));
  return z.strictObject({
    provider: z.literal(provider).meta({ description: PROVIDER }),
    prefix,
    create: described(
      z.boolean().default(false),
      "Whether to create the bucket if it does not exist",
      true,
      "true or false",
    ),
    ...Object.fromEntries(shown),
    credentials: name(
      "Name of the entry in `heliograph:secrets` `objectStores` that holds the keys of the bucket",
      "lab",
    ),
  });
}

const [first, ...others] = clouds.map((cloud) =>
  cloud.staticKeys ? keyedSchema(cloud) : cloudSchema(cloud),
);

/** A bucket (or container) that someone made already, or one to make. */
export const bucket = described(
  z.discriminatedUnion("provider", [first!, ...others]),
  `The bucket, whose provider is ${listed(clouds.map(({ provider }) => provider))}`,
  {
    provider: "azure",
    existing: {
      storageAccount: "contosoheliograph",
      container: "metrics",
      clientId: "00000000-0000-0000-0000-000000000000",
    },
  },
);

/** A bucket whose pods use static keys. */
type KeyedBucketSection = z.output<ReturnType<typeof keyedSchema>>;
/** A bucket whose pods use an identity of the cloud. It exists, or is to be created. */
type CloudBucketSection = z.output<ReturnType<typeof cloudSchema>>;
export type BucketSection = CloudBucketSection | KeyedBucketSection;

/** Whether pods use keys from the secret section, and not an identity of a cloud. */
export function hasStaticKeys(bucket: BucketSection): bucket is KeyedBucketSection {
  return "credentials" in bucket;
}
