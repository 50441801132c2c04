import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer, restrictedPod } from "../../../kit/pod-security";
import { RESOURCES } from "./resources";
import { KUBE_STATE_METRICS, KUBE_STATE_METRICS_PORT } from "./role";

/** `nobody`, as in upstream's image. */
const USER = 65534;
const TELEMETRY_PORT = 8081;

export interface KubeStateMetricsPodArgs {
  readonly image: string;
  readonly serviceAccount: pulumi.Input<string>;
}

export function kubeStateMetricsPod({
  image,
  serviceAccount,
}: KubeStateMetricsPodArgs): k8s.types.input.core.v1.PodSpec {
  return {
    serviceAccountName: serviceAccount,
    // It asks the API server what there is.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER),
    containers: [
      {
        name: KUBE_STATE_METRICS.name,
        image,
        args: [
          `--port=${KUBE_STATE_METRICS_PORT}`,
          `--telemetry-port=${TELEMETRY_PORT}`,
          `--resources=${RESOURCES.join(",")}`,
        ],
        ports: [
          { name: "http", containerPort: KUBE_STATE_METRICS_PORT },
          { name: "telemetry", containerPort: TELEMETRY_PORT },
        ],
        // Upstream's rule; it holds every object in memory: https://github.com/kubernetes/kube-state-metrics#resource-recommendation
        resources: { requests: { cpu: "100m", memory: "250Mi" }, limits: { memory: "1Gi" } },
        securityContext: restrictedContainer,
        livenessProbe: {
          httpGet: { path: "/livez", port: "http" },
          periodSeconds: 30,
          timeoutSeconds: 5,
        },
        readinessProbe: {
          httpGet: { path: "/readyz", port: "telemetry" },
          periodSeconds: 10,
          timeoutSeconds: 5,
        },
      },
    ],
  };
}
