import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { configVolume, type ConfigSource } from "../../kit/config-volume";
import {
  objectLabels,
  type Role,
  selectorLabels,
  START_UP_HASH_ANNOTATION,
} from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart, ZONE_LABEL } from "../../kit/pod-spread";
import { microservicesRole, singleRole } from "./roles";
import { GOSSIP_PORT, INGESTER, POD_VARIABLES } from "./architecture";
import { REDIS_PASSWORD } from "./cache-config";
import { REDIS_PASSWORD_KEY } from "./caches";
import type { StartUpConfig } from "./config-maps";
import type { Installation } from "./installation";
import type { Shared } from "./shared";
import type { BackendResources } from "./sizes";
import { staticKeys } from "../../storage/connection";

/** User of upstream's images and charts. */
const USER = 10_001;
/**
 * A stop ships what is not in the bucket yet: seconds for a small cell, minutes for a large one and
 * a slow store.
 */
const FLUSH_SECONDS = 1200;
/** What holds nothing ends its requests. */
const TERMINATION_SECONDS = 120;
/** After a crash the write-ahead log is read first: half an hour is given for a large one. */
const STARTUP_CHECKS = { periodSeconds: 10, failureThreshold: 180 };

/** Told apart from the well-known label of nodes, which pods do not carry. */
const POD_ZONE = "heliograph.dev/zone";
const POD_GROUP = "heliograph.dev/group";

/** Which of the pods of a component it is. */
export interface PodGroup {
  readonly zone?: string;
  readonly group?: string;
}

export function groupLabels({ zone, group }: PodGroup) {
  return { ...(zone && { [POD_ZONE]: zone }), ...(group && { [POD_GROUP]: group }) };
}

/** ConfigMaps as one directory, so that a changed one arrives while the pod runs. */
export interface Mount {
  readonly name: string;
  readonly sources: readonly ConfigSource[];
  readonly path: string;
}

export interface BackendPodArgs<Component extends string = string> extends PodGroup {
  readonly config: StartUpConfig;
  readonly shared: Shared;
  /** Directories that are mounted. */
  readonly paths: Readonly<Record<"config" | "runtime" | "data", string>>;
  /** What is mounted beside the configurations. */
  readonly mounts?: readonly Mount[];
  /** Arguments of its container. Defaults to its file, and to the component that it is. */
  readonly startedWith?: string[];
  /** Variable of the environment with the pod's name, where that is needed. */
  readonly podName?: string;
  /** Secret with the password of the Redis in which it caches, where it wants one. */
  readonly redisPassword?: k8s.core.v1.Secret;
  readonly resources: BackendResources;
  /** Which of the microservices it is. Undefined: the whole backend. */
  readonly component?: Component;
}

export function backendPod<Component extends string>(
  installation: Installation<Component>,
  args: BackendPodArgs<Component>,
) {
  const { backend, cell, bucket } = installation;
  const { component } = args;
  const role = component
    ? microservicesRole(backend.name, cell, component)
    : singleRole(backend.name, cell);
  const labels = bucket.apply(({ podLabels }) => ({
    ...objectLabels(role),
    ...groupLabels(args),
    ...podLabels,
  }));
  const annotations = {
    // Start-up configuration only: a change of it restarts the pod, a change of limits does not.
    [START_UP_HASH_ANNOTATION]: args.config.hash,
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": "http",
    "prometheus.io/port": String(backend.httpPort),
    "prometheus.io/path": "/metrics",
  };
  return { metadata: { labels, annotations }, spec: podSpec(installation, args, role) };
}

/** The volume `data` comes with the StatefulSet, or is empty where nothing is kept. */
function podSpec<Component extends string>(
  installation: Installation<Component>,
  args: BackendPodArgs<Component>,
  role: Role,
): k8s.types.input.core.v1.PodSpec {
  const { component, zone } = args;
  const hasDisk = !component || installation.backend.stateful.includes(component);
  return {
    serviceAccountName: args.shared.serviceAccount.metadata.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: ships(component) ? FLUSH_SECONDS : TERMINATION_SECONDS,
    securityContext: restrictedPod(USER),
    ...(component && { affinity: apart(selectorLabels(role)) }),
    ...(zone && { nodeSelector: { [ZONE_LABEL]: zone } }),
    containers: [container(installation, args)],
    volumes: [
      { name: "config", configMap: { name: args.config.map.metadata.name } },
      ...mountsOf(args).map(({ name, sources }) => configVolume(name, sources)),
      ...(hasDisk ? [] : [{ name: "data", emptyDir: { sizeLimit: "1Gi" } }]),
    ],
  };
}

function mountsOf<Component extends string>({
  shared,
  paths,
  mounts = [],
}: BackendPodArgs<Component>): Mount[] {
  const { name } = shared.runtime.metadata;
  return [{ name: "runtime", sources: [{ name }], path: paths.runtime }, ...mounts];
}

/** Whether it uploads what it holds when it stops. `component`: undefined for all of them. */
function ships(component: string | undefined): boolean {
  return !component || component === INGESTER;
}

function container<Component extends string>(
  { backend, image, bucket }: Installation<Component>,
  args: BackendPodArgs<Component>,
): k8s.types.input.core.v1.Container {
  const { config, paths, startedWith, podName, redisPassword, resources, component, zone } = args;
  const { requests, limits, goMemoryLimit } = resources;
  const ready = { path: backend.readyPath ?? "/ready", port: "http" };
  const takesWrites = !component || component === backend.answers.writes;
  return {
    name: backend.name,
    image,
    args: startedWith ?? [
      `-config.file=${paths.config}/${config.file}`,
      ...(component ? ["-config.expand-env=true", `-target=${component}`] : []),
    ],
    env: bucket.apply((connection) => [
      { name: "GOMEMLIMIT", value: goMemoryLimit },
      // Whatever is unpacked for a while; the root is read-only.
      { name: "TMPDIR", value: paths.data },
      ...(component ? podVariables(zone) : []),
      ...(podName
        ? [{ name: podName, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }]
        : []),
      ...(redisPassword ? [redisVariable(redisPassword)] : []),
      ...staticKeys(connection),
    ]),
    ports: [
      { name: "http", containerPort: backend.httpPort },
      { name: "grpc", containerPort: backend.grpcPort },
      ...(component && !backend.foundByName
        ? [{ name: "gossip", containerPort: GOSSIP_PORT }]
        : []),
      ...(takesWrites
        ? (backend.writePorts ?? []).map(({ name, port }) => ({ name, containerPort: port }))
        : []),
    ],
    startupProbe: { httpGet: ready, ...STARTUP_CHECKS },
    readinessProbe: { httpGet: ready, periodSeconds: 5, timeoutSeconds: 5 },
    // Not that: what waits for its object store gets no better by a restart.
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 10, failureThreshold: 6 },
    resources: { requests, limits },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: paths.config, readOnly: true },
      ...mountsOf(args).map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
      { name: "data", mountPath: paths.data },
    ],
  };
}

function redisVariable({ metadata }: k8s.core.v1.Secret) {
  return {
    name: REDIS_PASSWORD,
    valueFrom: { secretKeyRef: { name: metadata.name, key: REDIS_PASSWORD_KEY } },
  };
}

function podVariables(zone: string | undefined) {
  return [
    { name: POD_VARIABLES.address, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ...(zone ? [{ name: POD_VARIABLES.zone, value: zone }] : []),
  ];
}

/**
 * One pod after the other, each with a stop that may have to ship everything and a start that may
 * have to read a log.
 */
export function timeouts(replicas: number): pulumi.CustomTimeouts {
  return { create: "35m", update: `${60 * replicas}m`, delete: `${FLUSH_SECONDS + 300}s` };
}
