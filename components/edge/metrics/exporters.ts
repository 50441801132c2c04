import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels, selectorLabels } from "../../kit/labels";
import { createAccount } from "../account";
import {
  kubeStateMetricsPod,
  RULES,
  KUBE_STATE_METRICS,
  KUBE_STATE_METRICS_PORT,
} from "./sources/kube-state-metrics";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import {
  HOST_PATHS,
  nodeExporterArgs,
  NODE_EXPORTER,
  NODE_EXPORTER_PORT,
} from "./sources/node-exporter";

interface KubeStateMetricsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
}

const labels = objectLabels(KUBE_STATE_METRICS);

/**
 * kube-state-metrics: what the API server knows of objects, as metrics. One pod; while it restarts,
 * there is a gap of some scrapes.
 */
export class KubeStateMetrics extends pulumi.ComponentResource {
  constructor(name: string, args: KubeStateMetricsArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:KubeStateMetrics", name, {}, opts);
    const account = createAccount(
      name,
      { metadata: metadata(args), rules: RULES },
      { parent: this },
    );
    createDeployment(this, name, args, account);
    createService(this, name, args);
    this.registerOutputs({});
  }
}

function metadata({ namespace }: KubeStateMetricsArgs) {
  return { name: KUBE_STATE_METRICS.name, namespace, labels };
}

function createDeployment(
  parent: KubeStateMetrics,
  name: string,
  args: KubeStateMetricsArgs,
  account: pulumi.Input<string>,
): void {
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(KUBE_STATE_METRICS) },
        template: {
          metadata: { labels },
          spec: kubeStateMetricsPod({ image: args.image, serviceAccount: account }),
        },
      },
    },
    { parent },
  );
}

function createService(parent: KubeStateMetrics, name: string, args: KubeStateMetricsArgs): void {
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: metadata(args),
      spec: {
        selector: selectorLabels(KUBE_STATE_METRICS),
        ports: [{ name: "http", port: KUBE_STATE_METRICS_PORT, targetPort: "http" }],
      },
    },
    { parent },
  );
}

interface NodeExporterArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
}

/** `nobody`, as in upstream's image. */
const USER = 65534;

/**
 * node-exporter on every node: CPU, memory, disks and network of the machine. It runs as nobody,
 * without capabilities, in namespaces of its own; what it knows of the node comes through the paths
 * of `HOST_PATHS`, read-only.
 */
export class NodeExporter extends pulumi.ComponentResource {
  constructor(
    name: string,
    { namespace, image }: NodeExporterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("heliograph:edge:NodeExporter", name, {}, opts);
    new k8s.apps.v1.DaemonSet(
      name,
      {
        metadata: { name: NODE_EXPORTER.name, namespace, labels: objectLabels(NODE_EXPORTER) },
        spec: {
          selector: { matchLabels: selectorLabels(NODE_EXPORTER) },
          updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } },
          template: { metadata: { labels: objectLabels(NODE_EXPORTER) }, spec: podSpec(image) },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function podSpec(image: string): k8s.types.input.core.v1.PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER),
    // A node with a taint is a node.
    tolerations: [{ operator: "Exists" }],
    containers: [
      {
        name: NODE_EXPORTER.name,
        image,
        args: nodeExporterArgs(NODE_EXPORTER_PORT),
        ports: [{ name: "http", containerPort: NODE_EXPORTER_PORT }],
        resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "64Mi" } },
        securityContext: restrictedContainer,
        volumeMounts: HOST_PATHS.map(({ name, mountPath, mountPropagation }) => ({
          name,
          mountPath,
          mountPropagation,
          readOnly: true,
        })),
        livenessProbe: {
          httpGet: { path: "/", port: "http" },
          periodSeconds: 30,
          timeoutSeconds: 5,
        },
        readinessProbe: {
          httpGet: { path: "/", port: "http" },
          periodSeconds: 10,
          timeoutSeconds: 5,
        },
      },
    ],
    volumes: HOST_PATHS.map(({ name, path, type }) => ({ name, hostPath: { path, type } })),
  };
}
