import type { Issue, IssuePath } from "@heliograph/heliograph";
import {
  bucketContradictions,
  cloudOf,
  CLOUDS,
  longestRetention,
  notOneSection,
  renamedBucket,
  resolveHub,
  under,
} from "@heliograph/heliograph/model";
import { bucketAddress, locationOf } from "./bucket-address";
import { type BucketSection, hasStaticKeys } from "./bucket-schema";
import { removeKey } from "./notation";
import type { HubSection } from "./hub-schema";
import { storesOf, type Store } from "./stores";

export function bucketIssues(hub: HubSection): Issue[] {
  const { tenants } = resolveHub(hub);
  return storesOf(hub.cells).flatMap((store, index, stores) => [
    ...locationIssues(store, longestRetention({ tenants }, store.signal)),
    ...elsewhereIssues(store, hub),
    ...clashes(store, stores.slice(0, index), hub),
  ]);
}

const pathOf = ({ cell, signal }: Store) => ["hub", "cells", cell, signal, "bucket"];

/** Names, regions, identities and the lifecycle, as the cloud will have them. */
function locationIssues(store: Store, retentionDays: number): Issue[] {
  return bucketLocationIssues(pathOf(store), store.store.bucket, retentionDays);
}

export function bucketLocationIssues(
  path: IssuePath,
  bucket: BucketSection,
  retentionDays: number,
): Issue[] {
  const cloud = cloudOf(bucket.provider);
  if (!hasStaticKeys(bucket) && !bucket.existing === !bucket.create)
    return issuesOf(path, [notOneSection(cloud, !!bucket.existing)]);
  const { path: below, section, values } = locationOf(bucket);
  return issuesOf([...path, ...below], bucketContradictions(cloud[section], values, retentionDays));
}

/** Buckets are in the region of their cell, where that is one of their cloud's regions. */
function elsewhereIssues(store: Store, { cells }: HubSection): Issue[] {
  const home = cells[store.cell]?.region ?? "";
  const known = knownRegion(store.store.bucket);
  if (!known) return [];
  const { provider, region, field, got = region } = known;
  const { regions } = cloudOf(provider);
  // Regions of different clouds cannot be compared.
  if (!regions?.has(home) || !regions.has(region)) return [];
  if (region.toLowerCase() === home.toLowerCase()) return [];
  const path = [...pathOf(store), ...field];
  const expected = `${home}: data of cell ${store.cell} stays in its region`;
  return [{ path, got, expected, example: got.replace(region, home) }];
}

interface KnownRegion {
  readonly provider: string;
  readonly region: string;
  /** The field that names it, and its value where that is more than the region. */
  readonly field: readonly string[];
  readonly got?: string;
}

/** Amazon's own endpoints name the region. */
const AMAZON = /^s3\.(?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com/;

/** The region of a bucket; undefined where no field names it. */
function knownRegion(bucket: BucketSection): KnownRegion | undefined {
  const {
    path,
    values: { endpoint, region },
  } = locationOf(bucket);
  const amazons = typeof endpoint === "string" ? AMAZON.exec(endpoint) : undefined;
  if (amazons?.[1]) {
    const { provider } = CLOUDS.s3;
    return { provider, region: amazons[1], field: [...path, "endpoint"], got: amazons.input };
  }
  if (typeof region !== "string") return undefined;
  return { provider: bucket.provider, region, field: [...path, "region"] };
}

/** Issues below a path. Without an example, the field has to go. */
function issuesOf(path: IssuePath, issues: readonly Issue[]): Issue[] {
  return under(path, issues).map((issue) =>
    issue.example === undefined && issue.lines === undefined
      ? { ...issue, lines: removeKey(issue.exampleAt ?? issue.path) }
      : issue,
  );
}

/**
 * A backend takes everything in its bucket for its own: two in one would delete each other's
 * objects, unless each has a prefix. To a backend without one, the other's prefix is a tenant. A
 * bucket is in one region, and is created once.
 */
function clashes(own: Store, others: readonly Store[], { cells }: HubSection): Issue[] {
  const { bucket } = own.store;
  const path = pathOf(own);
  const issue = (other: Store, got: string, expected: string) => [
    { path, got, expected, example: elsewhere(bucket, differences(own, other)) },
  ];
  const address = bucketAddress(bucket);
  const away = others.find(
    ({ cell, store }) =>
      bucketAddress(store.bucket) === address && cells[cell]?.region !== cells[own.cell]?.region,
  );
  if (away) {
    const whose =
      `cell ${away.cell}, which is in ${cells[away.cell]?.region}, ` +
      `keeps its ${away.signal} in this one`;
    return issue(away, address, `a bucket in ${cells[own.cell]?.region}: ${whose}`);
  }
  const shared = others.find(({ store }) => {
    const apart = store.bucket.prefix && bucket.prefix && store.bucket.prefix !== bucket.prefix;
    return bucketAddress(store.bucket) === address && !apart;
  });
  if (shared) {
    const whose = `cell ${shared.cell} keeps its ${shared.signal} in this one`;
    return issue(shared, address, `a bucket of its own, or a prefix for each: ${whose}`);
  }
  const made = madeBy(bucket);
  const twice = made && others.find(({ store }) => madeBy(store.bucket) === made);
  if (!twice) return [];
  const whose = `cell ${twice.cell} makes this one for its ${twice.signal}`;
  return issue(twice, made, `another name: ${whose}, and lifecycle and identity are its own`);
}

/** What creating the bucket creates once in the world; undefined where nothing is created. */
function madeBy(bucket: BucketSection): string | undefined {
  if (hasStaticKeys(bucket) || !bucket.create) return undefined;
  const { owner, address } = cloudOf(bucket.provider);
  return (owner ?? address)(bucket.create);
}

function differences(own: Store, other: Store): string {
  const cell = own.cell === other.cell ? [] : [own.cell];
  const signal = own.signal === other.signal ? [] : [own.signal];
  return [...cell, ...signal].join("-");
}

/** The same bucket under another name. */
function elsewhere(bucket: BucketSection, suffix: string): object {
  const { path, section, values } = locationOf(bucket);
  const renamed = renamedBucket(cloudOf(bucket.provider), section, values, suffix);
  return path.length === 0 ? renamed : { ...bucket, [section]: renamed };
}
