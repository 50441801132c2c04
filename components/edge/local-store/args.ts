import type * as pulumi from "@pulumi/pulumi";
import type { ServiceType } from "../../kit/service-type";
import type { ObjectStoreBucketArgs } from "../../storage/args";
import { QUANTITY, QUANTITY_EXPECTED } from "../../kit/quantity";
import type { Retention } from "./config";

/** Metrics that stay at the edge, in a bucket of its own, where the hub queries them (Thanos). */
export interface EdgeThanosArgs {
  /**
   * The bucket. Its namespace and service account are the edge's own, and everything in it has the edge's name for a prefix, behind one that is given:
   * edges may share it.
   */
  bucket: ObjectStoreBucketArgs;
  /** CA certificates (PEM) that vouch for the hub's queries: output `queryTrust` of the hub's MtlsPki. Who shows nothing of theirs gets no answer. */
  queryTrust: pulumi.Input<string[]>;
  /** How the hub reaches it: `LoadBalancer`, `NodePort` or `ClusterIP`. Defaults to `LoadBalancer`. */
  serviceType?: ServiceType;
  /** Port of the Service. Defaults to 10901. */
  port?: number;
  /** Port of the nodes, 30000 to 32767. Only with `NodePort`. Defaults to one that the cluster chooses. */
  nodePort?: number;
  /** Annotations of the Service, for load balancers. Defaults to none. */
  serviceAnnotations?: Record<string, string>;
  /** Days for which samples are kept as they were scraped, at least 3. Defaults to 30. */
  retentionDays?: number;
  /** Days for which a value for each 5 minutes is kept, at least 11. Defaults to 90. */
  retentionDaysOf5m?: number;
  /** Days for which a value for each hour is kept. Defaults to 365. */
  retentionDaysOf1h?: number;
  /** Room to compact in, as a Kubernetes quantity. Defaults to what two weeks of the edge's series need. */
  compactorDisk?: string;
}

/** Days for which samples are kept by resolution, where nothing is said. */
export const USUAL_RETENTION: Retention = { raw: 30, fiveMinutes: 90, hours: 365 };

export type RetentionField = "retentionDays" | "retentionDaysOf5m" | "retentionDaysOf1h";
type RetentionArgs = Pick<EdgeThanosArgs, RetentionField>;

export function retentionOf({
  retentionDays: raw = USUAL_RETENTION.raw,
  retentionDaysOf5m: fiveMinutes = USUAL_RETENTION.fiveMinutes,
  retentionDaysOf1h: hours = USUAL_RETENTION.hours,
}: RetentionArgs): Retention {
  return { raw, fiveMinutes, hours };
}

/** Days at the end of which nothing is left. */
export function longestRetention(args: RetentionArgs): number {
  return Math.max(...Object.values(retentionOf(args)));
}

/** A resolution is made of the finer one once that is so many days old: deleted sooner, it would never be made. */
export const LEAST_DAYS: Readonly<Record<RetentionField, number>> = {
  retentionDays: 3,
  retentionDaysOf5m: 11,
  retentionDaysOf1h: 11,
};

export interface ThanosFault {
  readonly field: keyof EdgeThanosArgs;
  readonly got: unknown;
  readonly expected: string;
  readonly example: unknown;
}

export function thanosFaults(args: Omit<EdgeThanosArgs, "bucket" | "queryTrust">): ThanosFault[] {
  const { serviceType, nodePort, compactorDisk } = args;
  const days = Object.entries(LEAST_DAYS).flatMap(([name, least]): ThanosFault[] => {
    const field = name as RetentionField;
    const got = args[field];
    if (got === undefined || (Number.isInteger(got) && got >= least && got <= 3650)) return [];
    return [{ field, got, expected: `days: a whole number from ${least} to 3650`, example: least }];
  });
  const nodePortFits = nodePort === undefined || serviceType === "NodePort";
  return [
    ...days,
    ...(nodePortFits
      ? []
      : [
          {
            field: "nodePort",
            got: nodePort,
            expected: "nothing, since serviceType is not NodePort",
            example: undefined,
          } as const,
        ]),
    ...(compactorDisk === undefined || QUANTITY.test(compactorDisk)
      ? []
      : [
          {
            field: "compactorDisk",
            got: compactorDisk,
            expected: QUANTITY_EXPECTED,
            example: "50Gi",
          } as const,
        ]),
  ];
}
