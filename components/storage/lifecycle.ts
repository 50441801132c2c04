import type { ObjectStoreProvider } from "./args";
import type { CheckedLocation, StoreFault } from "./faults";

/** Classes that answer at once, the default first, each with the days for which an object stays where it was written. */
const COLD_CLASSES = {
  s3: { STANDARD_IA: 30, INTELLIGENT_TIERING: 1, GLACIER_IR: 1 },
  gcs: { NEARLINE: 1, COLDLINE: 1, ARCHIVE: 1 },
  azure: { Cool: 1, Cold: 1 },
  "s3-compatible": {},
} as const satisfies Record<ObjectStoreProvider, object>;

/** What has the rules of a lifecycle in each cloud, by its type, and where in it they are. */
export const LIFECYCLE_RULES: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["rules"],
  "gcp:storage/bucket:Bucket": ["lifecycleRules"],
  "azure-native:storage:ManagementPolicy": ["policy", "rules"],
};

/**
 * Backends delete a block up to some days after its last sample has passed the retention: compaction and the delay of deletions. Objects that expire
 * before that are missed by their index, and queries fail.
 */
export const EXPIRY_MARGIN_DAYS = 7;

export function defaultColdClass(provider: ObjectStoreProvider): string {
  return Object.keys(COLD_CLASSES[provider])[0] ?? "";
}

const DAYS = {
  recoveryDays: [365, 30],
  coldAfterDays: [3650, 30],
  expireAfterDays: [36_500, 400],
} as const;

export function lifecycleFaults(
  provider: ObjectStoreProvider,
  location: CheckedLocation,
  retentionDays: number | undefined,
): StoreFault[] {
  const days = Object.entries(DAYS).flatMap(([field, [most, example]]): StoreFault[] => {
    const got = location[field as keyof typeof DAYS] as number | undefined;
    if (got === undefined || (Number.isInteger(got) && got >= 1 && got <= most)) return [];
    const expected = `days: a whole number from 1 to ${most}`;
    return [{ field: field as keyof typeof DAYS, got, expected, example }];
  });
  if (days.length > 0) return days;
  return [...coldFaults(provider, location), ...expiryFaults(location, retentionDays)];
}

function coldFaults(
  provider: ObjectStoreProvider,
  { coldAfterDays, coldClass }: CheckedLocation,
): StoreFault[] {
  const classes: Readonly<Record<string, number>> = COLD_CLASSES[provider];
  const names = Object.keys(classes);
  if (names.length === 0 || (coldAfterDays === undefined && coldClass === undefined)) return [];
  const chosen = String(coldClass ?? defaultColdClass(provider));
  const least = classes[chosen];
  if (least === undefined) {
    const expected = `one of ${names.join(", ")}: what is in another class cannot be read at once, and queries fail`;
    return [{ field: "coldClass", got: coldClass, expected, example: names[0] }];
  }
  if (coldAfterDays === undefined) {
    const expected = "days after which objects move, since coldClass is given";
    return [{ field: "coldAfterDays", got: undefined, expected, example: 30 }];
  }
  if ((coldAfterDays as number) >= least) return [];
  const expected = `at least ${least}: ${provider} moves nothing to ${chosen} before`;
  return [{ field: "coldAfterDays", got: coldAfterDays, expected, example: least }];
}

function expiryFaults(
  { coldAfterDays, expireAfterDays }: CheckedLocation,
  retentionDays: number | undefined,
): StoreFault[] {
  if (expireAfterDays === undefined || retentionDays === undefined) return [];
  const least = retentionDays + EXPIRY_MARGIN_DAYS;
  if ((expireAfterDays as number) < least) {
    const expected = `at least ${least}: the longest retention of what is stored there, ${retentionDays} days, and ${EXPIRY_MARGIN_DAYS} for backends to delete it first`;
    return [{ field: "expireAfterDays", got: expireAfterDays, expected, example: least }];
  }
  if (coldAfterDays === undefined || (coldAfterDays as number) < (expireAfterDays as number))
    return [];
  const expected = `less than expireAfterDays, ${expireAfterDays as number}`;
  return [{ field: "coldAfterDays", got: coldAfterDays, expected, example: 30 }];
}
