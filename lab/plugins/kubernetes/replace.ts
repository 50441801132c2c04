/**
 * Which changes the API server refuses on an existing object, so that it has to be replaced: the
 * official plugin's table (its provider/diff.go), and what the API server says of StatefulSets,
 * Jobs and claims beyond it.
 */
import type { Path } from "../rpc/diff";
import type { PropertyMap } from "../rpc/values";
import type { Settings } from "./settings";

/**
 * Field patterns by `group/Kind`: a changed field at or under one of them, or above it, means a
 * replacement.
 */
const immutableFields: Record<string, string[]> = {
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP", "spec.clusterIPs"],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": [
    "parameters",
    "provisioner",
    "reclaimPolicy",
    "volumeBindingMode",
  ],
};

/** Kinds whose `spec` may change only in these fields. */
const mutableSpec: Record<string, string[]> = {
  "apps/StatefulSet": [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
  ],
  "/PersistentVolume": [
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
  ],
  "/PersistentVolumeClaim": ["resources", "volumeAttributesClassName"],
  "/Pod": ["activeDeadlineSeconds", "tolerations"],
};

/** Whether a change at this path of an object needs a new object. */
export function replacementRule(
  inputs: PropertyMap,
  olds: PropertyMap,
  settings: Settings,
): (path: Path) => boolean {
  const apiVersion = String(inputs["apiVersion"]);
  const kind = String(inputs["kind"]);
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const key = `${group}/${kind}`;
  const fields = ["metadata.name", "metadata.namespace", "kind", ...(immutableFields[key] ?? [])];
  const immutable = isImmutable(olds) || isImmutable(inputs);
  if (key === "/ConfigMap" && (immutable || !settings.enableConfigMapMutable))
    fields.push("data", "binaryData");
  if (key === "/Secret" && (immutable || !settings.enableSecretMutable))
    fields.push("data", "stringData");
  if (isImmutable(olds)) fields.push("immutable");
  const patterns = fields.map((field) => field.split("."));
  const mutable = mutableSpec[key];
  return (path) => {
    if (changesGroup(path, inputs, olds)) return true;
    if (mutable && path[0] === "spec") return path.length > 1 && !mutable.includes(String(path[1]));
    return patterns.some((pattern) => overlap(path, pattern));
  };
}

/** Another version of the same group is the same object, another group is not. */
function changesGroup(path: Path, inputs: PropertyMap, olds: PropertyMap): boolean {
  const group = (properties: PropertyMap) =>
    String(properties["apiVersion"] ?? "").replace(/\/?[^/]*$/, "");
  return path[0] === "apiVersion" && group(inputs) !== group(olds);
}

function overlap(path: Path, pattern: string[]): boolean {
  return pattern.slice(0, path.length).every((part, index) => part === path[index]);
}

/** Immutable data stays so: even taking the mark away needs a new object. */
function isImmutable(properties: PropertyMap): boolean {
  return properties["immutable"] === true;
}
