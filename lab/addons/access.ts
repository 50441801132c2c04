import type { KubernetesObject } from "./objects.js";

/**
 * Who may do what beyond the roles that Kubernetes binds by itself. kubeadm does the same when it
 * makes a cluster.
 */
export function accessObjects(): KubernetesObject[] {
  const user = { kind: "User", name: "kube-apiserver-kubelet-client" };
  const group = { kind: "Group", name: "kubeadm:cluster-admins" };
  return [
    // Without it, logs, exec and port-forward are forbidden.
    binding("heliograph-lab:kubelet-api", "system:kubelet-api-admin", user),
    // The group of the kubeconfig that people use.
    binding("kubeadm:cluster-admins", "cluster-admin", group),
  ];
}

function binding(
  name: string,
  role: string,
  subject: { kind: string; name: string },
): KubernetesObject {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name: role },
    subjects: [{ ...subject, apiGroup }],
  };
}
