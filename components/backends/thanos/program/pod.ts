import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels, type Labels, type Role } from "../../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../../kit/pod-security";
import type { ObjectStoreConnection } from "../../../storage/connection";
import { staticKeys } from "../../../storage/connection";
import { FEDERATION } from ".";

/** `nobody`, as the agents, whose volume a sidecar shares. */
const USER = 65_534;

type Mount = k8s.types.input.core.v1.VolumeMount;

interface FederationContainerArgs {
  readonly name: string;
  readonly image: string;
  readonly args: pulumi.Input<string[]>;
  /** Memory that is set aside, and that it may take, as Kubernetes quantities. */
  readonly memory: readonly [request: string, limit: string];
  readonly mounts: readonly Mount[];
  /** Where it uses one. */
  readonly bucket?: pulumi.Output<ObjectStoreConnection>;
}

/** It keeps within the memory that it is given by itself. */
export function federationContainer(
  args: FederationContainerArgs,
): k8s.types.input.core.v1.Container {
  const [request, limit] = args.memory;
  const probe = (path: string) => ({
    httpGet: { path: `/-/${path}`, port: FEDERATION.httpPortName },
    timeoutSeconds: 5,
  });
  return {
    name: args.name,
    image: args.image,
    args: pulumi.output(args.args).apply((own) => [...own, "--enable-auto-gomemlimit"]),
    env: args.bucket?.apply(staticKeys),
    ports: [
      { name: "grpc", containerPort: FEDERATION.grpcPort },
      { name: FEDERATION.httpPortName, containerPort: FEDERATION.httpPort },
    ],
    startupProbe: { ...probe("ready"), periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: { ...probe("ready"), periodSeconds: 5 },
    livenessProbe: { ...probe("healthy"), periodSeconds: 30, failureThreshold: 6 },
    resources: { requests: { cpu: "50m", memory: request }, limits: { memory: limit } },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [...args.mounts],
  };
}

interface PodArgs {
  readonly role: Role;
  readonly containers: k8s.types.input.core.v1.Container[];
  readonly volumes: k8s.types.input.core.v1.Volume[];
  /** Where it uses a bucket: whose pods may, and what marks them. */
  readonly account?: pulumi.Input<string>;
  readonly podLabels?: pulumi.Input<Labels>;
  readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly affinity?: k8s.types.input.core.v1.Affinity;
}

/** A pod of its own, which nobody but the platform gives a token. */
export function federationPod({
  role,
  containers,
  volumes,
  account,
  podLabels = {},
  annotations,
  affinity,
}: PodArgs) {
  return {
    metadata: {
      labels: pulumi.output(podLabels).apply((more) => ({ ...objectLabels(role), ...more })),
      annotations: {
        ...annotations,
        "prometheus.io/scrape": "true",
        "prometheus.io/scheme": "http",
        "prometheus.io/port": String(FEDERATION.httpPort),
        "prometheus.io/path": "/metrics",
      },
    },
    spec: {
      ...(account !== undefined && { serviceAccountName: account }),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(USER),
      ...(affinity && { affinity }),
      terminationGracePeriodSeconds: 120,
      containers,
      volumes,
    },
  };
}
