import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { THANOS_GRPC_PORT } from "../../contract/places";
import { checksum } from "../../kit/checksum";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import {
  objectLabels,
  type Role,
  selectorLabels,
  START_UP_HASH_ANNOTATION,
} from "../../kit/labels";
import { apart } from "../../kit/pod-spread";
import { bytesQuantity } from "../../kit/quantity";
import type { ObjectStoreConnection } from "../../storage/connection";
import { AGENT_PATHS } from "../metrics/config";
import type { Beside } from "../metrics/agent";
import { type EdgeThanosArgs, longestRetention, retentionOf } from "./args";
import {
  compactorArgs,
  QUERY_TRUST_FILE,
  queryArgs,
  sidecarArgs,
  storeArgs,
  THANOS_PATHS,
  type Retention,
  bucketOfEdge,
  THANOS_ACCOUNT,
  THANOS_COMPACTOR,
  THANOS_QUERY,
  THANOS_STORE,
} from "./config";
import { thanosContainer, thanosPod } from "../../backends/thanos/program/pod";
import type { ServerSize } from "./size";
import { imageReference } from "../../kit/images";
import { ObjectStoreBucket } from "../../storage/object-store-bucket";
import type { EdgeAgentArgs } from "../args";

export interface ThanosArgs extends Omit<EdgeThanosArgs, "bucket"> {
  readonly namespace: pulumi.Input<string>;
  /** With the edge's own prefix. */
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  /** How many agents there are. Queries are answered by as many pods. */
  readonly replicas: number;
  /** Name of the Secret with the edge's certificate and key. */
  readonly identity: pulumi.Input<string>;
  readonly retention: Retention;
  readonly size: ServerSize;
  readonly storageClass?: string;
  readonly image: string;
}

/** What the store gateway keeps of the index of each block, and can fetch again. */
const STORE_DISK = "10Gi";

/**
 * What makes the metrics of an edge last, and answer: a query, whose gRPC interface is the hub's way in, a store gateway, and one compactor. Sidecars run
 * in the pods of the agents: see `beside`.
 */
export class Thanos extends pulumi.ComponentResource {
  /** What runs in the pod of each agent. */
  readonly beside: Beside;

  constructor(name: string, args: ThanosArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:Thanos", name, {}, opts);
    const { bucket, retention, size } = args;
    const account = createAccount(this, name, args);
    createQuery(this, `${name}-query`, args);
    createBucketUser(this, `${name}-store`, args, account, {
      role: THANOS_STORE,
      args: bucket.apply(storeArgs),
      disk: STORE_DISK,
      memory: ["256Mi", "2Gi"],
    });
    createBucketUser(this, `${name}-compactor`, args, account, {
      role: THANOS_COMPACTOR,
      args: bucket.apply((known) => compactorArgs(known, retention)),
      disk: args.compactorDisk ?? bytesQuantity(size.compactorDiskBytes),
      memory: ["256Mi", "4Gi"],
    });
    this.beside = {
      account,
      podLabels: bucket.podLabels,
      port: { name: "grpc", port: THANOS_GRPC_PORT },
      container: thanosContainer({
        name: "sidecar",
        image: args.image,
        args: bucket.apply(sidecarArgs),
        bucket,
        memory: ["128Mi", "1Gi"],
        mounts: [{ name: "buffer", mountPath: AGENT_PATHS.buffer }],
      }),
    };
    this.registerOutputs({});
  }
}

function metadataOf({ namespace }: ThanosArgs, role: Role) {
  return { name: role.name, namespace, labels: objectLabels(role) };
}

function createAccount(parent: Thanos, name: string, args: ThanosArgs): pulumi.Output<string> {
  const metadata = {
    ...metadataOf(args, { name: THANOS_ACCOUNT }),
    annotations: args.bucket.serviceAccountAnnotations,
  };
  return new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata, automountServiceAccountToken: false },
    { parent },
  ).metadata.name;
}

function createQuery(parent: Thanos, name: string, args: ThanosArgs): void {
  const metadata = metadataOf(args, THANOS_QUERY);
  const trust = pulumi.output(args.queryTrust).apply((bundle) => bundle.join("\n"));
  const trustMap = new k8s.core.v1.ConfigMap(
    `${name}-trust`,
    {
      metadata: { ...metadata, name: `${THANOS_QUERY.name}-trust` },
      data: { [QUERY_TRUST_FILE]: trust },
    },
    { parent },
  );
  const selector = selectorLabels(THANOS_QUERY);
  const template = thanosPod({
    role: THANOS_QUERY,
    // Its certificate is read again when it has changed; whom it trusts, at its start alone.
    annotations: { [START_UP_HASH_ANNOTATION]: trust.apply((text) => checksum(text)) },
    ...(args.replicas > 1 && { affinity: apart(selector) }),
    containers: [
      thanosContainer({
        name: "thanos",
        image: args.image,
        args: queryArgs(args.replicas),
        memory: ["128Mi", "2Gi"],
        mounts: [
          { name: "identity", mountPath: THANOS_PATHS.identity, readOnly: true },
          { name: "trust", mountPath: THANOS_PATHS.trust, readOnly: true },
        ],
      }),
    ],
    volumes: [
      { name: "identity", secret: { secretName: args.identity, defaultMode: 0o440 } },
      { name: "trust", configMap: { name: trustMap.metadata.name } },
    ],
  });
  new k8s.apps.v1.Deployment(
    name,
    { metadata, spec: { replicas: args.replicas, selector: { matchLabels: selector }, template } },
    { parent },
  );
  if (args.replicas > 1) createDisruptionBudget(name, { metadata, role: THANOS_QUERY }, { parent });
  const {
    serviceType = "LoadBalancer",
    port = THANOS_GRPC_PORT,
    nodePort,
    serviceAnnotations: annotations,
  } = args;
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: { ...metadata, annotations },
      spec: {
        type: serviceType,
        selector,
        ports: [{ name: "grpc", port, nodePort, targetPort: "grpc" }],
      },
    },
    { parent },
  );
}

interface BucketUser {
  readonly role: Role;
  readonly args: pulumi.Output<string[]>;
  /** Room for what can be fetched or made again: it goes with its pod. */
  readonly disk: string;
  readonly memory: readonly [string, string];
}

/** A StatefulSet, which never runs two of one pod: two compactors would each delete what the other made. */
function createBucketUser(
  parent: Thanos,
  name: string,
  args: ThanosArgs,
  account: pulumi.Output<string>,
  { role, disk, memory, ...user }: BucketUser,
): void {
  const { bucket, image, storageClass: storageClassName } = args;
  const metadata = metadataOf(args, role);
  const selector = selectorLabels(role);
  const service = new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata,
      spec: {
        clusterIP: "None",
        selector,
        ports: [{ name: "grpc", port: THANOS_GRPC_PORT, targetPort: "grpc" }],
      },
    },
    { parent },
  );
  const mounts = [{ name: "data", mountPath: THANOS_PATHS.data }];
  const claim = {
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName,
      resources: { requests: { storage: disk } },
    },
  };
  const template = thanosPod({
    role,
    account,
    podLabels: bucket.podLabels,
    containers: [
      thanosContainer({ name: "thanos", image, args: user.args, bucket, memory, mounts }),
    ],
    volumes: [{ name: "data", ephemeral: { volumeClaimTemplate: claim } }],
  });
  new k8s.apps.v1.StatefulSet(
    name,
    {
      metadata,
      spec: {
        replicas: 1,
        serviceName: service.metadata.name,
        selector: { matchLabels: selector },
        template,
      },
    },
    { parent },
  );
}

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
