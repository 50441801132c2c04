import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { quantity, whole } from "../../kit/fields";
import { issueUnless, type Issue } from "../../kit/issues";
import type { ServiceType } from "../../kit/service-type";
import type { ObjectStoreBucketArgs } from "../../storage/args";

/** Keeps an edge's metrics in a bucket of its own, where the hub queries them. */
export interface EdgeLocalStoreArgs {
  /**
   * The bucket. The edge chooses its namespace and service account. The edge's name is added to the
   * prefix of all objects, so edges may share a bucket.
   */
  bucket: ObjectStoreBucketArgs;
  /**
   * CA certificates (PEM) with which the edge verifies the hub's queries: output `queryTrust` of
   * the hub's MtlsPki. Clients without a certificate of these CAs get no answer. Defaults to those
   * in `connection`.
   */
  queryTrust?: pulumi.Input<string[]>;
  /**
   * How the hub reaches the edge's query: `LoadBalancer`, `NodePort` or `ClusterIP`. Defaults to
   * `LoadBalancer`.
   */
  serviceType?: ServiceType;
  /** Port of the Service. Defaults to 10901. */
  port?: pulumi.Input<number>;
  /**
   * Port of the nodes, 30000 to 32767. Only with `NodePort`. Defaults to a port that the cluster
   * chooses.
   */
  nodePort?: pulumi.Input<number>;
  /** Annotations of the Service, for load balancers. Defaults to none. */
  serviceAnnotations?: Record<string, pulumi.Input<string>>;
  /**
   * Number of days for which samples are kept as they were scraped, at least 3, because samples of
   * 5 minutes are derived from them after 2 days. Defaults to 30.
   */
  retentionDaysRaw?: number;
  /**
   * Number of days for which samples of 5 minutes are kept, at least 11, because samples of an hour
   * are derived from them after 10 days. Defaults to 90.
   */
  retentionDays5m?: number;
  /** Number of days for which samples of an hour are kept, at least 11. Defaults to 365. */
  retentionDays1h?: number;
  /**
   * Disk that the compactor works on, as a Kubernetes quantity. Defaults to room for two weeks of
   * the edge's series.
   */
  compactorDisk?: pulumi.Input<string>;
}

const days = (resolution: string, least: number, example: number) =>
  whole(`Number of days for which ${resolution}`, [least, 3650], example).default(example);

/**
 * Days for which samples are kept, by resolution. Downsampling makes a resolution of the finer one
 * once that is 2 and 10 days old: a shorter retention would delete the finer one before.
 */
const localStoreRetention = {
  retentionDaysRaw: days("samples are kept as they were scraped", 3, 30),
  retentionDays5m: days("samples of 5 minutes are kept", 11, 90),
  retentionDays1h: days("samples of an hour are kept", 11, 365),
};

export type LocalStoreRetention = { readonly [Field in keyof typeof localStoreRetention]: number };

/** Limits and defaults of what `EdgeLocalStoreArgs` says beside its bucket and its Service. */
export const localStoreFields = {
  ...localStoreRetention,
  compactorDisk: quantity(
    "Disk that the compactor works on. Defaults to room for two weeks of the edge's series.",
    "50Gi",
  ).optional(),
};

/** Names that these had before. */
export const LOCAL_STORE_RENAMED = {
  retentionDays: "retentionDaysRaw",
  retentionDaysOf5m: "retentionDays5m",
  retentionDaysOf1h: "retentionDays1h",
};

/** The retention with its defaults. */
export function retentionOf(args: Partial<LocalStoreRetention>): LocalStoreRetention {
  return z.object(localStoreRetention).parse(args);
}

/** Days after which nothing is left. */
export function longestRetention(args: Partial<LocalStoreRetention>): number {
  return Math.max(...Object.values(retentionOf(args)));
}

/** Contradictions between values that are each well-formed. */
export function localStoreIssues({
  serviceType,
  nodePort,
}: {
  readonly serviceType?: string | undefined;
  readonly nodePort?: unknown;
}): Issue[] {
  return issueUnless(nodePort === undefined || serviceType === "NodePort", ["nodePort"], {
    got: nodePort,
    expected: "nothing, since serviceType is not NodePort",
    lines: "// remove nodePort",
  });
}
