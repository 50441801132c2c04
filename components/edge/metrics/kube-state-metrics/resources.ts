/**
 * Kinds of objects that are told about, by API group. What it may read is made from it, and so is what it looks for: no Secret, no ConfigMap, no role. It
 * would tell nothing of them that anybody asks, and could read all of them.
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
