import { AZURE } from "./azure/azure";
import type { Cloud, SectionName, Values } from "./cloud";
import { GCS } from "./gcs/gcs";
import { S3_COMPATIBLE } from "./s3-compatible/s3-compatible";
import { S3 } from "./s3/s3";

/** Every kind of object store, by its argument of `ObjectStoreBucket`. */
export const CLOUDS = {
  azure: AZURE,
  s3: S3,
  gcs: GCS,
  s3Compatible: S3_COMPATIBLE,
} satisfies Record<string, Cloud>;

export type CloudKey = keyof typeof CLOUDS;
export type CloudProvider = (typeof CLOUDS)[CloudKey]["provider"];

const ALL: readonly Cloud[] = Object.values(CLOUDS);

/** The cloud that a stack file names. Throws where there is none. */
export function cloudOf(provider: string): Cloud {
  const cloud = ALL.find((one) => one.provider === provider);
  if (!cloud) throw new Error(`${provider} is no provider of object stores`);
  return cloud;
}

/** The argument of `ObjectStoreBucket` for a cloud that a stack file names. */
export function keyOfCloud(provider: string): CloudKey {
  const cloud = cloudOf(provider);
  return (Object.keys(CLOUDS) as CloudKey[]).find((key) => CLOUDS[key] === cloud)!;
}

/** The same values with another name for the bucket, for lines to paste. */
export function renamedBucket(
  cloud: Cloud,
  section: SectionName,
  values: Values,
  suffix: string,
): Values {
  const { bucket } = values;
  return cloud.renamed?.(values, section, suffix) ?? { ...values, bucket: `${bucket}-${suffix}` };
}

/** Where the lifecycle rules are, by the type of the resource that has them. */
export const LIFECYCLE_RULES: Readonly<Record<string, readonly string[]>> = Object.assign(
  {},
  ...ALL.map(({ lifecycleRules }) => lifecycleRules),
);

/** Outputs of resources that no cloud has created, by their type. */
export const CLOUD_PLACEHOLDERS: NonNullable<Cloud["placeholders"]> = Object.assign(
  {},
  ...ALL.map(({ placeholders }) => placeholders),
);

/** What a deployer needs, by type of resource. A test compares the types with what is created. */
export const DEPLOYER_PERMISSIONS: Readonly<Record<string, readonly string[]>> = Object.assign(
  {},
  ...ALL.map(({ deployerPermissions }) => deployerPermissions),
);
