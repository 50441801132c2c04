import type { Cloud, Section } from "../cloud";
import { DEFAULT_REGION, NO_CONNECTION, text } from "../connection";
import { createKeyedBucket, useKeyedBucket } from "../keyed-bucket";
import { credentialsIn } from "../credentials";
import { S3_COMPATIBLE as FIELDS } from "./args";

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
    ...credentialsIn(text(credentialsSecret)),
  }),
  createBucket: createKeyedBucket,
  useBucket: useKeyedBucket,
};
