import type { Problem } from "../../components/kit/problems";
import { UNKNOWN } from "../../components/kit/unknown";
import {
  existingExample,
  isRegionOf,
  locationFaults,
  longestRetention,
  type StoreFault,
} from "../../components/topology";
import { bucketPlace } from "./bucket-place";
import type { BucketSection, CloudBucketSection } from "./bucket-schema";
import { pasteLines, showPath } from "./explain";
import type { HubSection } from "./hub-schema";
import { storesOf, type Store } from "./stores";

export function bucketProblems(hub: HubSection): Problem[] {
  return storesOf(hub.cells).flatMap((store, index, stores) => [
    ...locationProblems(store, hub),
    ...elsewhereProblems(store, hub),
    ...clashes(store, stores.slice(0, index), hub),
  ]);
}

const pathOf = ({ cell, signal }: Store) => ["hub", "cells", cell, signal, "bucket"];

/** Names, regions, identities and the lifecycle, as the cloud will have them. */
function locationProblems(store: Store, { tenants }: HubSection): Problem[] {
  return bucketLocationProblems(
    pathOf(store),
    store.store.bucket,
    longestRetention({ tenants }, store.signal),
  );
}

export function bucketLocationProblems(
  path: readonly string[],
  bucket: BucketSection,
  retentionDays: number,
): Problem[] {
  if (bucket.provider === "s3-compatible") {
    const { bucket: name, endpoint } = bucket;
    // Its keys are among the secrets, which are checked later.
    const location = { bucket: name, endpoint, accessKeyId: UNKNOWN, secretAccessKey: UNKNOWN };
    return problemsOf(path, locationFaults("s3-compatible", "existing", location));
  }
  const { provider, existing, create } = bucket;
  if ((existing === undefined) === (create === undefined)) return [notOne(path, bucket)];
  return existing
    ? problemsOf([...path, "existing"], locationFaults(provider, "existing", existing))
    : problemsOf(
        [...path, "create"],
        locationFaults(provider, "create", create ?? {}, retentionDays),
      );
}

/** Where the cell is in a region of the cloud that has its buckets, they are in the same one. Regions of other clouds cannot be compared. */
function elsewhereProblems(store: Store, { cells }: HubSection): Problem[] {
  const home = cells[store.cell]?.region ?? "";
  const known = knownRegion(store.store.bucket);
  if (!known || !isRegionOf(known.provider, home)) return [];
  const { provider, region, field, got = region } = known;
  if (!isRegionOf(provider, region) || region.toLowerCase() === home.toLowerCase()) return [];
  const path = [...pathOf(store), ...field];
  const expected = `${home}: data of cell ${store.cell} stays in its region`;
  return [
    { path: showPath(path), got, expected, paste: pasteLines(path, got.replace(region, home)) },
  ];
}

interface KnownRegion {
  readonly provider: CloudBucketSection["provider"];
  readonly region: string;
  /** Where it is said, and in which words if not in that one alone. */
  readonly field: readonly string[];
  readonly got?: string;
}

/** Amazon's own endpoints name the region. */
const AMAZON = /^s3\.(?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com/;

/** The region of a bucket; undefined where nothing says it. */
function knownRegion(bucket: BucketSection): KnownRegion | undefined {
  if (bucket.provider === "s3-compatible") {
    const region = AMAZON.exec(bucket.endpoint)?.[1];
    return region
      ? { provider: "s3", region, field: ["endpoint"], got: bucket.endpoint }
      : undefined;
  }
  const [section, location] = bucket.existing
    ? ["existing", bucket.existing]
    : ["create", bucket.create];
  if (!location || !("region" in location) || location.region === undefined) return undefined;
  return { provider: bucket.provider, region: location.region, field: [section, "region"] };
}

function problemsOf(path: readonly string[], faults: readonly StoreFault[]): Problem[] {
  return faults.map(({ field, got, expected, example }) => {
    const at = [...path, field];
    const paste = example === undefined ? `# remove ${showPath(at)}` : pasteLines(at, example);
    return { path: showPath(at), got, expected, paste };
  });
}

function notOne(
  path: readonly string[],
  { provider, existing, create }: CloudBucketSection,
): Problem {
  const both = existing && create;
  return {
    path: `${showPath(path)}.existing, create`,
    got: both ? "both" : undefined,
    expected: "exactly one: existing for a bucket that is there, create for one to make",
    paste: both
      ? `# remove ${showPath([...path, "existing"])}, or create`
      : pasteLines([...path, "existing"], existingExample(provider)),
  };
}

/**
 * A backend takes all that is in its bucket for its own: two in one would delete each other's objects, unless each has a prefix: to one without, the prefix
 * of the other is a tenant. A bucket is in one region, and what is made is made once.
 */
function clashes(own: Store, others: readonly Store[], { cells }: HubSection): Problem[] {
  const { bucket } = own.store;
  const path = pathOf(own);
  const problem = (other: Store, got: string, expected: string) => [
    {
      path: showPath(path),
      got,
      expected,
      paste: pasteLines(path, elsewhere(bucket, differences(own, other))),
    },
  ];
  const place = bucketPlace(bucket);
  const away = others.find(
    ({ cell, store }) =>
      bucketPlace(store.bucket) === place && cells[cell]?.region !== cells[own.cell]?.region,
  );
  if (away) {
    const whose = `cell ${away.cell}, which is in ${cells[away.cell]?.region}, keeps its ${away.signal} in this one`;
    return problem(away, place, `a bucket in ${cells[own.cell]?.region}: ${whose}`);
  }
  const shared = others.find(({ store }) => {
    const apart = store.bucket.prefix && bucket.prefix && store.bucket.prefix !== bucket.prefix;
    return bucketPlace(store.bucket) === place && !apart;
  });
  if (shared) {
    const whose = `cell ${shared.cell} keeps its ${shared.signal} in this one`;
    return problem(shared, place, `a bucket of its own, or a prefix for each: ${whose}`);
  }
  const made = madeBy(bucket);
  const twice = made && others.find(({ store }) => madeBy(store.bucket) === made);
  if (!twice) return [];
  const whose = `cell ${twice.cell} makes this one for its ${twice.signal}`;
  return problem(twice, made, `another name: ${whose}, and lifecycle and identity are its own`);
}

/** What a bucket is made with, as far as there is one of it. */
function madeBy(bucket: BucketSection): string | undefined {
  if (bucket.provider === "s3-compatible" || !bucket.create) return undefined;
  return bucket.provider === "azure"
    ? `storage account ${bucket.create.storageAccount}`
    : bucketPlace(bucket);
}

function differences(own: Store, other: Store): string {
  const cell = own.cell === other.cell ? [] : [own.cell];
  const signal = own.signal === other.signal ? [] : [own.signal];
  return [...cell, ...signal].join("-");
}

function elsewhere(bucket: BucketSection, suffix: string): object {
  const renamed = (name: string) => `${name}-${suffix}`;
  if (bucket.provider === "s3-compatible") return { ...bucket, bucket: renamed(bucket.bucket) };
  if (bucket.provider !== "azure") {
    const { existing, create } = bucket;
    return existing
      ? { ...bucket, existing: { ...existing, bucket: renamed(existing.bucket) } }
      : { ...bucket, create: { ...create, bucket: renamed(create?.bucket ?? "") } };
  }
  const { existing, create } = bucket;
  return existing
    ? { ...bucket, existing: { ...existing, container: renamed(existing.container) } }
    : {
        ...bucket,
        create: {
          ...create,
          storageAccount: `${create?.storageAccount}${suffix.replaceAll("-", "")}`,
        },
      };
}
