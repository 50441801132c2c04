import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { PART_OF } from "./labels";
import { restrictedNamespaceLabels } from "./pod-security";

/**
 * Creates a namespace in which Kubernetes rejects every pod that does not meet the Pod Security
 * Standard `restricted`.
 *
 * @param name Logical name of the resource.
 * @param namespace Name of the namespace in the cluster.
 */
export function restrictedNamespace(
  name: string,
  namespace: string,
  opts?: pulumi.CustomResourceOptions,
) {
  return createNamespace(name, namespace, restrictedNamespaceLabels, opts);
}

/**
 * The namespace of node agents, and of nothing else. The only Pod Security Standard that lets a pod
 * see a path of its node is `privileged`, the one without rules; what its pods really may do is in
 * their own security contexts.
 */
export function nodeAgentNamespace(
  name: string,
  namespace: string,
  opts: pulumi.CustomResourceOptions,
) {
  const privileged = { "pod-security.kubernetes.io/enforce": "privileged" };
  return createNamespace(name, namespace, privileged, opts);
}

function createNamespace(
  name: string,
  namespace: string,
  podSecurity: Readonly<Record<string, string>>,
  opts?: pulumi.CustomResourceOptions,
) {
  return new k8s.core.v1.Namespace(
    name,
    {
      metadata: {
        name: namespace,
        labels: {
          "app.kubernetes.io/part-of": PART_OF,
          "app.kubernetes.io/managed-by": "pulumi",
          ...podSecurity,
        },
      },
    },
    opts,
  );
}
