import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import {
  objectLabels,
  type Role,
  selectorLabels,
  START_UP_HASH_ANNOTATION,
} from "../../kit/labels";
import { apart } from "../../kit/pod-spread";
import type { ObjectStoreConnection } from "../../storage/connection";
import { AGENT_PATHS } from "../metrics/config";
import type { Beside } from "../metrics/agent";
import { longestRetention, type EdgeLocalStoreArgs } from "./args";
import {
  compactorArgs,
  QUERY_TRUST_FILE,
  queryArgs,
  sidecarArgs,
  storeArgs,
  LOCAL_STORE_PATHS,
  bucketOfEdge,
  LOCAL_STORE_ACCOUNT,
  LOCAL_STORE_COMPACTOR,
  LOCAL_QUERY,
  LOCAL_STORE_GATEWAY,
} from "./config";
import { FEDERATION } from "../../backends/federation";
import { federationContainer, federationPod } from "../../backends/federation-pod";
import { imageReference, type ImageArgs } from "../../kit/images";
import { ObjectStoreBucket } from "../../storage/object-store-bucket";
import type { EdgeModel, LocalStoreModel } from "../model";
import type { ResolvedEdge } from "../resolved";

interface LocalStoreArgs {
  readonly edge: ResolvedEdge;
  readonly service: Pick<
    EdgeLocalStoreArgs,
    "serviceType" | "port" | "nodePort" | "serviceAnnotations"
  >;
  /** CA certificates that vouch for the hub's queries. */
  readonly queryTrust: pulumi.Input<string[]>;
  readonly namespace: pulumi.Input<string>;
  /** With the edge's own prefix. */
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  /** Name of the Secret with the edge's certificate and key. */
  readonly identity: pulumi.Input<string>;
  readonly storageClass?: pulumi.Input<string> | undefined;
  readonly images?: ImageArgs | undefined;
}

/** An edge that keeps its metrics. */
type Model = EdgeModel & { readonly localStore: LocalStoreModel };

/** Disk for the indexes of blocks, which the store gateway can fetch again. */
const STORE_DISK = "10Gi";

/**
 * The local store of an edge: a query, whose gRPC interface the hub calls, a store gateway, and one
 * compactor. Sidecars run in the pods of the agents: see `beside`.
 */
export class LocalStore extends pulumi.ComponentResource {
  /** The sidecar, which runs in the pod of each agent. */
  readonly beside: Beside;

  constructor(name: string, args: LocalStoreArgs, opts: pulumi.ComponentResourceOptions) {
    super(FEDERATION.localStoreType, name, {}, opts);
    const { bucket, edge, images } = args;
    const image = imageReference(FEDERATION.name, images);
    const { retention } = (edge.model as Model).localStore;
    const account = createAccount(this, name, args);
    createQuery(this, `${name}-query`, args, image);
    createBucketUser(this, `${name}-store`, args, account, {
      role: LOCAL_STORE_GATEWAY,
      image,
      args: bucket.apply(storeArgs),
      disk: STORE_DISK,
      memory: ["256Mi", "2Gi"],
    });
    createBucketUser(this, `${name}-compactor`, args, account, {
      role: LOCAL_STORE_COMPACTOR,
      image,
      args: bucket.apply((known) => compactorArgs(known, retention)),
      disk: edge.value((model) => (model as Model).localStore.compactorDisk),
      memory: ["256Mi", "4Gi"],
    });
    this.beside = {
      account,
      podLabels: bucket.podLabels,
      port: { name: "grpc", port: FEDERATION.grpcPort },
      container: federationContainer({
        name: "sidecar",
        image,
        args: bucket.apply(sidecarArgs),
        bucket,
        memory: ["128Mi", "1Gi"],
        mounts: [{ name: "buffer", mountPath: AGENT_PATHS.buffer }],
      }),
    };
    this.registerOutputs({});
  }
}

function metadataOf({ namespace }: LocalStoreArgs, role: Role) {
  return { name: role.name, namespace, labels: objectLabels(role) };
}

function createAccount(
  parent: LocalStore,
  name: string,
  args: LocalStoreArgs,
): pulumi.Output<string> {
  const metadata = {
    ...metadataOf(args, { name: LOCAL_STORE_ACCOUNT }),
    annotations: args.bucket.serviceAccountAnnotations,
  };
  return new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata, automountServiceAccountToken: false },
    { parent },
  ).metadata.name;
}

function createQuery(parent: LocalStore, name: string, args: LocalStoreArgs, image: string): void {
  const replicas = args.edge.model.agents.length;
  const metadata = metadataOf(args, LOCAL_QUERY);
  const trust = pulumi.output(args.queryTrust).apply((bundle) => bundle.join("\n"));
  const trustMap = new k8s.core.v1.ConfigMap(
    `${name}-trust`,
    {
      metadata: { ...metadata, name: `${LOCAL_QUERY.name}-trust` },
      data: { [QUERY_TRUST_FILE]: trust },
    },
    { parent },
  );
  const selector = selectorLabels(LOCAL_QUERY);
  const template = federationPod({
    role: LOCAL_QUERY,
    // Its certificate is read again when it has changed; its trust bundle at its start alone.
    annotations: { [START_UP_HASH_ANNOTATION]: trust.apply((text) => checksum(text)) },
    ...(replicas > 1 && { affinity: apart(selector) }),
    containers: [
      federationContainer({
        name: FEDERATION.name,
        image,
        args: queryArgs(replicas),
        memory: ["128Mi", "2Gi"],
        mounts: [
          { name: "identity", mountPath: LOCAL_STORE_PATHS.identity, readOnly: true },
          { name: "trust", mountPath: LOCAL_STORE_PATHS.trust, readOnly: true },
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
    { metadata, spec: { replicas, selector: { matchLabels: selector }, template } },
    { parent },
  );
  if (replicas > 1) createDisruptionBudget(name, { metadata, role: LOCAL_QUERY }, { parent });
  const {
    serviceType = "LoadBalancer",
    port = FEDERATION.grpcPort,
    nodePort,
    serviceAnnotations: annotations,
  } = args.service;
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
  readonly image: string;
  readonly args: pulumi.Output<string[]>;
  /** Room for data that can be fetched or made again: it is deleted with its pod. */
  readonly disk: pulumi.Input<string>;
  readonly memory: readonly [string, string];
}

/**
 * A StatefulSet, which never runs two of one pod: two compactors would each delete blocks of the
 * other.
 */
function createBucketUser(
  parent: LocalStore,
  name: string,
  args: LocalStoreArgs,
  account: pulumi.Output<string>,
  { role, image, disk, memory, ...user }: BucketUser,
): void {
  const { bucket, storageClass: storageClassName } = args;
  const metadata = metadataOf(args, role);
  const selector = selectorLabels(role);
  const service = new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata,
      spec: {
        clusterIP: "None",
        selector,
        ports: [{ name: "grpc", port: FEDERATION.grpcPort, targetPort: "grpc" }],
      },
    },
    { parent },
  );
  const mounts = [{ name: "data", mountPath: LOCAL_STORE_PATHS.data }];
  const claim = {
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName,
      resources: { requests: { storage: disk } },
    },
  };
  const template = federationPod({
    role,
    account,
    podLabels: bucket.podLabels,
    containers: [
      federationContainer({
        name: FEDERATION.name,
        image,
        args: user.args,
        bucket,
        memory,
        mounts,
      }),
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

/** The bucket of an edge that keeps its metrics, with the edge's name as a prefix. */
export function createEdgeBucket(
  name: string,
  { bucket }: Pick<EdgeLocalStoreArgs, "bucket">,
  { labels, localStore }: EdgeModel,
  { namespace, images }: Pick<LocalStoreArgs, "namespace" | "images">,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<ObjectStoreConnection> {
  const { connection } = new ObjectStoreBucket(
    name,
    {
      ...bucket,
      namespace,
      kubernetesServiceAccount: LOCAL_STORE_ACCOUNT,
      retentionDays: longestRetention(localStore?.retention ?? {}),
      images,
    },
    opts,
  );
  return connection.apply((known) => bucketOfEdge(known, labels.cluster));
}
