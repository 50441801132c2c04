import { mkdirSync, statfsSync } from "node:fs";
import { LabError } from "../host/errors.js";

export interface DiskCheck {
  /** What the space is for, as it reads in "building mimir needs ...". */
  what: string;
  gigabytes: number;
  folders: readonly string[];
}

/**
 * The folder, of those that will grow, whose disk has too little room; undefined if all have
 * enough.
 */
export function shortOfDisk(
  { gigabytes, folders }: DiskCheck,
  free = freeGigabytes,
): string | undefined {
  return folders.find((folder) => free(folder) < gigabytes);
}

export function refuseShortDisk(check: DiskCheck, free = freeGigabytes): void {
  const folder = shortOfDisk(check, free);
  if (!folder) return;
  throw new LabError(
    `${check.what} needs ${check.gigabytes} GB of disk at ${folder}, and ${free(folder).toFixed(1)} GB are free.\n` +
      `Free some space there, or set HELIOGRAPH_CACHE, GOCACHE and GOMODCACHE to folders on a larger disk, ` +
      `and run the same command again: what is finished is kept.`,
  );
}

function freeGigabytes(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / 1e9;
}
