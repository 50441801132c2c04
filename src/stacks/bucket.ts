import * as pulumi from "@pulumi/pulumi";
import {
  ObjectStoreBucket,
  type ImageArgs,
  type ObjectStoreBucketArgs,
  type ObjectStoreConnection,
} from "../../components/index";
import type { BucketSection } from "../config/bucket-schema";
import type { Configuration } from "../config/load";

interface Surroundings {
  readonly namespace: pulumi.Input<string>;
  /** Kubernetes service account of the pods that use it. */
  readonly kubernetesServiceAccount: string;
  /** Longest retention of what it holds. */
  readonly retentionDays: number;
  readonly objectStores: Configuration["objectStores"];
  readonly images: ImageArgs;
}

/** A bucket as the stack file has it: with workload identity, or with keys from the secret section. */
export function createBucket(
  name: string,
  section: BucketSection,
  { objectStores, ...surroundings }: Surroundings,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<ObjectStoreConnection> {
  return new ObjectStoreBucket(
    name,
    { ...surroundings, ...bucketArgs(section, objectStores) },
    opts,
  ).connection;
}

/** Where it is, and with which keys. */
export function bucketArgs(
  section: BucketSection,
  objectStores: Configuration["objectStores"],
): ObjectStoreBucketArgs {
  if (section.provider !== "s3-compatible") return section;
  const { bucket, endpoint, region, insecure, provider, create, credentials, prefix } = section;
  const keys = objectStores[credentials];
  const location = {
    bucket,
    endpoint,
    region,
    insecure,
    accessKeyId: keys?.accessKeyId,
    secretAccessKey: keys?.secretAccessKey,
  };
  return create ? { provider, prefix, create: location } : { provider, prefix, existing: location };
}
