import type { Issue } from "../kit/issues";
import type { Values } from "./cloud";

/**
 * Classes that answer at once, the default first, each with the days for which an object stays
 * where it was written.
 */
export type ColdClasses = Readonly<Record<string, number>>;

/**
 * Backends delete a block up to some days after its last sample has passed the retention:
 * compaction and the delay of deletions. Objects that expire before that are missed by their
 * index, and queries fail.
 */
const EXPIRY_MARGIN_DAYS = 7;

export function defaultColdClass(classes: ColdClasses): string {
  return Object.keys(classes)[0] ?? "";
}

/** What is wrong with the lifecycle of a bucket, each of whose days is in its range. */
export function lifecycleIssues(
  provider: string,
  classes: ColdClasses,
  values: Values,
  retentionDays: number | undefined,
): Issue[] {
  return [...coldIssues(provider, classes, values), ...expiryIssues(values, retentionDays)];
}

function coldIssues(
  provider: string,
  classes: ColdClasses,
  { coldAfterDays, coldClass }: Values,
): Issue[] {
  const names = Object.keys(classes);
  if (coldAfterDays === undefined && coldClass === undefined) return [];
  const chosen = String(coldClass ?? defaultColdClass(classes));
  const least = classes[chosen];
  if (least === undefined) {
    const expected =
      `one of ${names.join(", ")}: what is in another class cannot be read at once, ` +
      "and queries fail";
    return [{ path: ["coldClass"], got: coldClass, expected, example: names[0] }];
  }
  const path = ["coldAfterDays"];
  if (coldAfterDays === undefined) {
    const expected = "days after which objects move, since coldClass is given";
    return [{ path, expected, example: 30 }];
  }
  if ((coldAfterDays as number) >= least) return [];
  const expected = `at least ${least}: ${provider} moves nothing to ${chosen} before`;
  return [{ path, got: coldAfterDays, expected, example: least }];
}

function expiryIssues(
  { coldAfterDays, expireAfterDays }: Values,
  retentionDays: number | undefined,
): Issue[] {
  if (typeof expireAfterDays !== "number" || retentionDays === undefined) return [];
  const least = retentionDays + EXPIRY_MARGIN_DAYS;
  if (expireAfterDays < least) {
    const expected =
      `at least ${least}: the longest retention of what is stored there, ${retentionDays} days, ` +
      `and ${EXPIRY_MARGIN_DAYS} for backends to delete it first`;
    return [{ path: ["expireAfterDays"], got: expireAfterDays, expected, example: least }];
  }
  if (coldAfterDays === undefined || (coldAfterDays as number) < expireAfterDays) return [];
  const expected = `less than expireAfterDays, ${expireAfterDays}`;
  return [{ path: ["coldAfterDays"], got: coldAfterDays, expected, example: 30 }];
}
