import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer, restrictedPod } from "../../../kit/pod-security";
import { ANYWHERE } from "../../../kit/flows";
import type { Role } from "../../../kit/labels";
import { API_SERVER_PORTS, type Source } from "./source";

export const KUBE_STATE_METRICS: Role = { name: "kube-state-metrics" };
export const KUBE_STATE_METRICS_PORT = 8080;

/**
 * kube-state-metrics: what the API server knows of objects. Scraped at its Service, which has one
 * pod: a restarted pod has another address, and would be as many series again. It says of which
 * `namespace`, `pod` and `node` it speaks; the target has no such labels, so that they are stored
 * as they are.
 */
export const kubeStateMetrics: Source = {
  title: "kube-state-metrics, which is then deployed: the state of Kubernetes objects",
  enabledByDefault: true,
  example: "kube_pod_.*",
  jobs: ({ namespace }) => {
    const address = `${KUBE_STATE_METRICS.name}.${namespace}.svc:${KUBE_STATE_METRICS_PORT}`;
    return [{ job_name: KUBE_STATE_METRICS.name, static_configs: [{ targets: [address] }] }];
  },
  flows: ({ agent, namespace }) => {
    const pods = { pods: KUBE_STATE_METRICS, namespace };
    return [
      {
        from: agent,
        to: pods,
        ports: [KUBE_STATE_METRICS_PORT],
        why: "metrics of the cluster's objects",
      },
      {
        from: pods,
        to: ANYWHERE,
        ports: API_SERVER_PORTS,
        why: "the API server: what objects there are",
      },
    ];
  },
  // Counted in upstream's list of metrics: 45 for a pod of one container, the rest for its owners.
  series: ({ nodes, pods }) => 500 + 60 * nodes + 75 * pods,
};

/**
 * Kinds of objects that are told about, by API group. What it may read is made from it, and so is
 * what it looks for: no Secret, no ConfigMap, no role. It would tell nothing of them that anybody
 * asks, and could read all of them.
 */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "": [
    "limitranges",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "pods",
    "resourcequotas",
    "services",
  ],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  "networking.k8s.io": ["ingresses"],
  policy: ["poddisruptionbudgets"],
  "storage.k8s.io": ["storageclasses", "volumeattachments"],
};

export const RULES = Object.entries(KINDS).map(([group, resources]) => ({
  apiGroups: [group],
  resources: [...resources],
  verbs: ["list", "watch"],
}));

export const RESOURCES = Object.values(KINDS).flat().sort();

/** `nobody`, as in upstream's image. */
const USER = 65534;
const TELEMETRY_PORT = 8081;

interface KubeStateMetricsPodArgs {
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
        // Upstream's rule; it holds every object in memory:
        // https://github.com/kubernetes/kube-state-metrics#resource-recommendation
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
