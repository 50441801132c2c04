import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import type { ObjectStoreConnection } from "../../storage/connection";
import { CONFIG_FILE, MIMIR_GRPC_PORT, MIMIR_HTTP_PORT, MIMIR_PATHS } from "./config";
import type { MimirResources } from "./resources";
import { S3_KEY_VARIABLES } from "./storage-config";

/** User of the upstream charts; the image has none of its own. */
const USER = 10_001;
/** A stop closes what is in memory into the write-ahead log on the disk; it takes seconds, and is given minutes. */
const TERMINATION_SECONDS = 300;
/** After a crash the write-ahead log is read first: half an hour is given for a large one. */
const STARTUP_CHECKS = { periodSeconds: 10, failureThreshold: 180 };

export interface MimirPodArgs {
  readonly image: string;
  readonly resources: MimirResources;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  readonly serviceAccount: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  readonly runtimeConfigMap: pulumi.Input<string>;
}

export function mimirPod(args: MimirPodArgs): k8s.types.input.core.v1.PodSpec {
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: TERMINATION_SECONDS,
    securityContext: restrictedPod(USER),
    containers: [mimirContainer(args)],
    volumes: [
      { name: "config", configMap: { name: args.configMap } },
      { name: "runtime", configMap: { name: args.runtimeConfigMap } },
    ],
  };
}

function mimirContainer({ image, resources, bucket }: MimirPodArgs): k8s.types.input.core.v1.Container {
  const { requests, limits, goMemoryLimit } = resources;
  return {
    name: "mimir",
    image,
    args: [`-config.file=${MIMIR_PATHS.config}/${CONFIG_FILE}`],
    env: bucket.apply((connection) => [
      { name: "GOMEMLIMIT", value: goMemoryLimit },
      // The compactor unpacks a whole block to repair it.
      { name: "TMPDIR", value: MIMIR_PATHS.data },
      ...staticKeys(connection),
    ]),
    ports: [
      { name: "http", containerPort: MIMIR_HTTP_PORT },
      { name: "grpc", containerPort: MIMIR_GRPC_PORT },
    ],
    startupProbe: { httpGet: { path: "/ready", port: "http" }, ...STARTUP_CHECKS },
    readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
    // Not /ready: a Mimir that waits for its object store gets no better by a restart.
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 10, failureThreshold: 6 },
    resources: { requests, limits },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: MIMIR_PATHS.config, readOnly: true },
      { name: "runtime", mountPath: MIMIR_PATHS.runtime, readOnly: true },
      { name: "data", mountPath: MIMIR_PATHS.data },
    ],
  };
}

function staticKeys({ credentialsSecret, accessKeyIdKey, secretAccessKeyKey }: ObjectStoreConnection) {
  if (!credentialsSecret) return [];
  const variable = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: credentialsSecret, key } },
  });
  return [
    variable(S3_KEY_VARIABLES.accessKeyId, accessKeyIdKey),
    variable(S3_KEY_VARIABLES.secretAccessKey, secretAccessKeyKey),
  ];
}
