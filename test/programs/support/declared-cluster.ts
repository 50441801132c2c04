/**
 * What the tests of the kubernetes stand-in start from: an API server, a stack on it, and a few
 * declarations.
 */
import { join } from "node:path";
import { kubernetesPrograms, startApiServer } from "./api-server";
import { Kubectl, Stack } from "./pulumi";
import type { Declaration, RecordedResource } from "./pulumi";

export interface DeclaredCluster {
  kubectl: Kubectl;
  stack: Stack;
  /** What the state says of a resource. */
  recorded(name: string): Promise<RecordedResource | undefined>;
  stop(): Promise<void>;
}

/** There is no kubelet, but the controllers that make and delete objects of others. */
const controllers = [
  "garbage-collector-controller",
  "namespace-controller",
  "deployment-controller",
  "replicaset-controller",
  "statefulset-controller",
];

export async function startDeclaredCluster(): Promise<DeclaredCluster> {
  const server = await startApiServer({ controllers });
  try {
    const stack = await Stack.create(server.kubeconfig);
    return {
      kubectl: new Kubectl(join(kubernetesPrograms(), "kubectl"), server.kubeconfig),
      stack,
      recorded: async (name) =>
        (await stack.state()).resources.find(({ urn }) => urn.endsWith(`::${name}`)),
      stop: async () => {
        await stack.remove();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export const namespace: Declaration = {
  type: "kubernetes:core/v1:Namespace",
  properties: { apiVersion: "v1", kind: "Namespace", metadata: { name: "web" } },
};
export const inWeb = (name: string, more: object = {}) => ({ name, namespace: "web", ...more });

export function configMap(data: object, name = "settings"): Declaration {
  const properties = { apiVersion: "v1", kind: "ConfigMap", metadata: inWeb(name), data };
  return { type: "kubernetes:core/v1:ConfigMap", properties, dependsOn: ["namespace"] };
}

export interface WorkloadOptions {
  replicas?: number;
  label?: string;
  timeoutSeconds?: number;
}

export function workload(
  kind: "Deployment" | "StatefulSet",
  options: WorkloadOptions = {},
): Declaration {
  const { replicas = 1, label = "demo", timeoutSeconds = 60 } = options;
  const labels = { app: label };
  const container = {
    name: "main",
    image: "example.org/none:1",
    resources: { requests: { cpu: "1000m" } },
  };
  const properties = {
    apiVersion: "apps/v1",
    kind,
    metadata: inWeb("demo", {
      annotations: { "pulumi.com/timeoutSeconds": String(timeoutSeconds) },
    }),
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
  return { type: `kubernetes:apps/v1:${kind}`, properties, dependsOn: ["namespace"] };
}
