import type { Cloud, Section } from "../cloud";
import { NO_CONNECTION, text } from "../connection";
import { DEFAULT_REGION, S3_COMPATIBLE as FIELDS } from "./args";
import { createCompatibleBucket, useCompatibleBucket } from "./create-bucket";
import { ACCESS_KEY_ID, SECRET_ACCESS_KEY } from "./credentials";

const section: Section = { fields: FIELDS, secret: ["accessKeyId", "secretAccessKey"] };

export const S3_COMPATIBLE: Cloud<"s3-compatible"> = {
  provider: "s3-compatible",
  staticKeys: true,
  existing: section,
  create: section,
  address: ({ endpoint, bucket }) => `${text(endpoint)}/${text(bucket)}`,
  connection: ({ bucket, region, endpoint, insecure, credentialsSecret }) => ({
    ...NO_CONNECTION,
    protocol: "s3",
    bucket: text(bucket),
    region: text(region) || DEFAULT_REGION,
    endpoint: text(endpoint),
    insecure: insecure === true,
    pathStyle: true,
    ...(text(credentialsSecret) && {
      credentialsSecret: text(credentialsSecret),
      accessKeyIdKey: ACCESS_KEY_ID,
      secretAccessKeyKey: SECRET_ACCESS_KEY,
    }),
  }),
  createBucket: createCompatibleBucket,
  useBucket: useCompatibleBucket,
};
