import * as pulumi from "@pulumi/pulumi";
import {
  ObjectStoreBucket,
  type ImageArgs,
  type ObjectStoreBucketArgs,
  type ObjectStoreConnection,
} from "../../components/index";
import type { BucketSection } from "../config/hub-schema";
import type { Configuration } from "../config/load";

interface Surroundings {
  readonly namespace: pulumi.Input<string>;
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
  return new ObjectStoreBucket(name, { ...surroundings, ...locationArgs(section, objectStores) }, opts).connection;
}

function locationArgs(section: BucketSection, objectStores: Configuration["objectStores"]): ObjectStoreBucketArgs {
  if (section.provider !== "s3-compatible") return { provider: section.provider, existing: section.existing };
  const { provider, create, credentials, ...place } = section;
  const keys = objectStores[credentials];
  const location = { ...place, accessKeyId: keys?.accessKeyId, secretAccessKey: keys?.secretAccessKey };
  return create ? { provider, create: location } : { provider, existing: location };
}
