import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels, selectorLabels } from "../../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../../kit/pod-security";
import { HOST_PATHS, nodeExporterArgs } from "./host-paths";
import { NODE_EXPORTER, NODE_EXPORTER_PORT } from "./role";

export interface NodeExporterArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
}

/** `nobody`, as in upstream's image. */
const USER = 65534;

/**
 * node-exporter on every node: CPU, memory, disks and network of the machine. It runs as nobody, without capabilities, in namespaces of its own; what it
 * knows of the node comes through the paths of `HOST_PATHS`, read-only.
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
