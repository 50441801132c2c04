import type * as pulumi from "@pulumi/pulumi";
import type { ServiceType } from "../../kit/service-type";
import type { ObjectStoreBucketArgs } from "../../storage/args";

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
