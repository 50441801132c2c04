import * as pulumi from "@pulumi/pulumi";
import {
  type ImageArgs,
  ObjectStoreBucket,
  type ObjectStoreBucketArgs,
  type ObjectStoreConnection,
} from "@heliograph/heliograph";
import { cloudOf, keyOfCloud } from "@heliograph/heliograph/model";
import { type BucketSection, hasStaticKeys } from "../config/bucket-schema";
import type { Configuration } from "../config/load";

interface BucketContext {
  readonly namespace: pulumi.Input<string>;
  /** Kubernetes service account of the pods that use it. */
  readonly kubernetesServiceAccount: string;
  /** Longest retention of what it holds. */
  readonly retentionDays: number;
  readonly objectStores: Configuration["objectStores"];
  readonly images: ImageArgs;
}

/** A bucket of the stack file: with workload identity, or with keys from the secret section. */
export function createBucket(
  name: string,
  section: BucketSection,
  { objectStores, ...context }: BucketContext,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<ObjectStoreConnection> {
  return new ObjectStoreBucket(name, { ...context, ...bucketArgs(section, objectStores) }, opts)
    .connection;
}

/** The arguments for a bucket of the stack file. */
export function bucketArgs(
  section: BucketSection,
  objectStores: Configuration["objectStores"],
): ObjectStoreBucketArgs {
  const { provider, prefix } = section;
  const key = keyOfCloud(provider);
  if (!hasStaticKeys(section)) {
    const { existing, create } = section;
    return { prefix, [key]: existing ? { existing } : { create } };
  }
  const { create, credentials } = section;
  const { accessKeyId = "", secretAccessKey = "" } = objectStores[credentials] ?? {};
  const values: Readonly<Record<string, unknown>> = { ...section, accessKeyId, secretAccessKey };
  const fields = Object.keys(cloudOf(provider).existing.fields);
  const location = Object.fromEntries(fields.map((field) => [field, values[field]]));
  return { prefix, [key]: create ? { create: location } : { existing: location } };
}
