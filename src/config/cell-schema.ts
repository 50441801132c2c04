import { z } from "zod";
import type { Signal } from "@heliograph/heliograph";
import {
  backendsOf,
  type BackendTopology,
  cellFields,
  described,
  type StoreOptions,
  text,
  withRenamed,
} from "@heliograph/heliograph/model";
import { bucket, type BucketSection } from "./bucket-schema";

/** How a cell stores one signal. Which other options there are, its backends say. */
export interface StoreSection extends StoreOptions {
  readonly backend: string;
  readonly bucket: BucketSection;
  readonly topology: BackendTopology;
  readonly redis?: RedisSection;
}

/** `password` is a name among the secrets. */
type RedisSection = NonNullable<StoreOptions["redis"]> & { readonly password?: string };

const store = (signal: Signal, description: string, example: object = {}) =>
  withRenamed(
    described(
      z.strictObject({ bucket, ...cellFields[signal] }) as unknown as z.ZodType<StoreSection>,
      description,
      { bucket: s3Bucket(signal), ...example },
    ),
    Object.assign({}, ...backendsOf(signal).map(({ renamedOptions }) => renamedOptions)) as Record<
      string,
      string
    >,
  );

function s3Bucket(name: string): object {
  return {
    provider: "s3",
    existing: {
      bucket: name,
      region: "me-central-1",
      roleArn: `arn:aws:iam::123456789012:role/${name}`,
    },
  };
}

export const cell = described(
  z.strictObject({
    region: text("Region in which the cell's data stays", "uaenorth"),
    metrics: store("metrics", "How the cell stores metrics"),
    logs: store("logs", "How the cell stores logs. Without it edges send none.").optional(),
    traces: store("traces", "How the cell stores traces. Without it edges send none.").optional(),
  }),
  "A complete set of backends and buckets in one region",
  { region: "uaenorth" },
);
