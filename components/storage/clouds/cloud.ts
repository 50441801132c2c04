import type * as pulumi from "@pulumi/pulumi";
import { devDependencies } from "../../../package.json";
import { refuse } from "../../kit/problems";
import type { ObjectStoreCreationArgs } from "../args";
import type { KnownLocation } from "../location";

export interface CloudBucketArgs {
  readonly name: string;
  readonly parent: pulumi.Resource;
  /** Tells what was given, and the values that are plain; those that may be known late are taken from `checked`. */
  readonly asked: ObjectStoreCreationArgs;
  /** The same, once all of it is known and checked. */
  readonly checked: pulumi.Output<CheckedValues>;
  /** Namespace and name of the service account whose pods use the bucket. */
  readonly pods: pulumi.Output<{ readonly namespace: string; readonly serviceAccount: string }>;
}

/** What one cloud or another needs is there: that was checked. */
type Needed =
  "bucket" | "storageAccount" | "container" | "region" | "project" | "resourceGroup" | "oidcIssuer";
type Optional =
  | "oidcProviderArn"
  | "eksCluster"
  | "clusterProject"
  | "key"
  | "keyIdentity"
  | "privateEndpointSubnet"
  | "privateDnsZone";
export type CheckedValues = Readonly<Record<Needed, string> & Record<Optional, string | undefined>>;

export interface MadeBucket {
  readonly location: pulumi.Output<KnownLocation>;
  /** What has to be there before pods can use it. */
  readonly before: readonly pulumi.Resource[];
}

/**
 * Loads a part of a cloud's SDK: tens of milliseconds instead of a second, and only where that cloud was chosen. Those who deploy to another need not have
 * it installed.
 */
export function loadSdk<T>(subpath: string): T {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(subpath) as T;
  } catch (error) {
    if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
    const name = subpath.split("/").slice(0, 2).join("/") as keyof typeof devDependencies;
    refuse(`Bucket by ${name}`, [
      {
        path: "node_modules",
        expected: `${name}, which makes buckets of this provider`,
        paste: `npm install --no-save --save-prod --omit=dev ${name}@${devDependencies[name]}`,
      },
    ]);
    throw error;
  }
}
