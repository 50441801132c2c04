import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { HUB_TENANT } from "../../contract/names";
import type { Labels } from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart, ZONE_LABEL } from "../../kit/pod-spread";
import type { ObjectStoreConnection } from "../../storage/connection";
import { ANSWERS, isStateful, type MimirComponent } from "./components";
import { CONFIG_FILE, GOSSIP_PORT, MIMIR_GRPC_PORT, MIMIR_HTTP_PORT, MIMIR_PATHS, POD_VARIABLES } from "./config";
import type { MimirResources } from "./resources";
import { S3_KEY_VARIABLES } from "./storage-config";

/** User of the upstream charts; the image has none of its own. */
const USER = 10_001;
/** A stop compacts what is in memory and ships it: seconds for a small cell, minutes for a million series and a slow store. */
export const FLUSH_SECONDS = 1200;
/** What holds nothing ends its requests. */
const TERMINATION_SECONDS = 120;
/** After a crash the write-ahead log is read first: half an hour is given for a large one. */
const STARTUP_CHECKS = { periodSeconds: 10, failureThreshold: 180 };

export interface MimirPodArgs {
  readonly image: string;
  readonly resources: MimirResources;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  readonly serviceAccount: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  readonly runtimeConfigMap: pulumi.Input<string>;
  readonly rulesConfigMap: pulumi.Input<string>;
  /** Which of the microservices it is; left out, all of Mimir. */
  readonly microservice?: MicroserviceArgs;
}

export interface MicroserviceArgs {
  readonly component: MimirComponent;
  readonly labels: Labels;
  readonly zone?: string;
}

/** The volume `data` comes with the StatefulSet, or is empty where nothing is kept. */
export function mimirPod(args: MimirPodArgs): k8s.types.input.core.v1.PodSpec {
  const { microservice } = args;
  const keepsSamples = !microservice || microservice.component === "ingester";
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: keepsSamples ? FLUSH_SECONDS : TERMINATION_SECONDS,
    securityContext: restrictedPod(USER),
    ...(microservice && placement(microservice)),
    containers: [mimirContainer(args)],
    volumes: [
      { name: "config", configMap: { name: args.configMap } },
      { name: "runtime", configMap: { name: args.runtimeConfigMap } },
      ...(evaluatesRules(args) ? [{ name: "rules", configMap: { name: args.rulesConfigMap } }] : []),
      ...(microservice && !isStateful(microservice.component)
        ? [{ name: "data", emptyDir: { sizeLimit: "1Gi" } }]
        : []),
    ],
  };
}

function placement({ labels, zone }: MicroserviceArgs) {
  return { affinity: apart(labels), ...(zone && { nodeSelector: { [ZONE_LABEL]: zone } }) };
}

function mimirContainer(args: MimirPodArgs): k8s.types.input.core.v1.Container {
  const { image, resources, bucket, microservice } = args;
  const { requests, limits, goMemoryLimit } = resources;
  return {
    name: "mimir",
    image,
    args: [
      `-config.file=${MIMIR_PATHS.config}/${CONFIG_FILE}`,
      ...(microservice ? ["-config.expand-env=true", `-target=${microservice.component}`] : []),
    ],
    env: bucket.apply((connection) => [
      { name: "GOMEMLIMIT", value: goMemoryLimit },
      // The compactor unpacks a whole block to repair it.
      { name: "TMPDIR", value: MIMIR_PATHS.data },
      ...(microservice ? podVariables(microservice) : []),
      ...staticKeys(connection),
    ]),
    ports: [
      { name: "http", containerPort: MIMIR_HTTP_PORT },
      { name: "grpc", containerPort: MIMIR_GRPC_PORT },
      ...(microservice ? [{ name: "gossip", containerPort: GOSSIP_PORT }] : []),
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
      ...(evaluatesRules(args) ? [rulesMount] : []),
      { name: "data", mountPath: MIMIR_PATHS.data },
    ],
  };
}

function evaluatesRules({ microservice }: MimirPodArgs): boolean {
  return !microservice || microservice.component === ANSWERS.rules;
}

/** The tenant's own directory: a mounted ConfigMap has directories of its own beside its files, which must not be taken for tenants. */
const rulesMount = { name: "rules", mountPath: `${MIMIR_PATHS.rules}/${HUB_TENANT}`, readOnly: true };

function podVariables({ zone = "" }: MicroserviceArgs) {
  return [
    { name: POD_VARIABLES.address, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ...(zone ? [{ name: POD_VARIABLES.zone, value: zone }] : []),
  ];
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
