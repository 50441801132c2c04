import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../../kit/images";
import type { ObjectStoreConnection } from "../../storage/connection";
import { ObjectStoreBucket } from "../../storage/object-store-bucket";
import type { EdgeAgentArgs } from "../args";
import { longestRetention, retentionOf } from "./check";
import { bucketOfEdge } from "./config";
import { THANOS_ACCOUNT } from "./role";
import type { ServerSize } from "./size";
import { Thanos } from "./thanos";

/** The bucket of an edge whose metrics stay with it; undefined for one that sends them. */
export function createEdgeBucket(
  name: string,
  { cluster, thanos, images }: EdgeAgentArgs,
  namespace: pulumi.Output<string>,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<ObjectStoreConnection> | undefined {
  if (!thanos) return undefined;
  const { connection } = new ObjectStoreBucket(
    name,
    {
      ...thanos.bucket,
      namespace,
      kubernetesServiceAccount: THANOS_ACCOUNT,
      retentionDays: longestRetention(thanos),
      images,
    },
    opts,
  );
  return connection.apply((known) => bucketOfEdge(known, cluster));
}

interface Surroundings {
  readonly namespace: pulumi.Output<string>;
  readonly bucket: pulumi.Output<ObjectStoreConnection> | undefined;
  readonly size: ServerSize | undefined;
  readonly replicas: number;
  /** Name of the Secret with the edge's identity. */
  readonly identity: pulumi.Input<string>;
}

/** What keeps the edge's metrics and answers the hub; undefined for an edge that sends them. */
export function createThanos(
  name: string,
  { thanos, images, storageClass }: EdgeAgentArgs,
  { bucket, size, ...around }: Surroundings,
  opts: pulumi.ComponentResourceOptions,
): Thanos | undefined {
  if (!thanos || !bucket || !size) return undefined;
  const image = imageReference("thanos", images);
  const args = {
    ...thanos,
    ...around,
    bucket,
    size,
    storageClass,
    image,
    retention: retentionOf(thanos),
  };
  return new Thanos(name, args, opts);
}
