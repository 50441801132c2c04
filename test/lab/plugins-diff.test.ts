import { describe, expect, it } from "vitest";
import { replacementRule } from "../../lab/plugins/kubernetes/replace";
import { parseSettings } from "../../lab/plugins/kubernetes/settings";
import { changesBetween, formatPath } from "../../lab/plugins/rpc/diff";
import { Secret, unknown } from "../../lab/plugins/rpc/values";
import type { PropertyMap } from "../../lab/plugins/rpc/values";

function shown(olds: PropertyMap, news: PropertyMap): string[] {
  return changesBetween(olds, news).map(({ kind, path }) => `${kind} ${formatPath(path)}`);
}

describe("changes between inputs", () => {
  it.each<[string, PropertyMap, PropertyMap, string[]]>([
    ["nothing", { a: { b: [1, "x", null] } }, { a: { b: [1, "x", null] } }, []],
    ["a new key", { a: {} }, { a: { b: 1 } }, ["add a.b"]],
    ["a key that is gone", { a: { b: { c: 1 } } }, { a: {} }, ["delete a.b"]],
    ["a null, which counts as absent", { a: null }, {}, []],
    ["a value", { a: { b: 1 } }, { a: { b: 2 } }, ["update a.b"]],
    ["a type", { a: "1" }, { a: 1 }, ["update a"]],
    ["a map that becomes a list", { a: {} }, { a: [] }, ["update a"]],
    ["members of a list", { a: [1, 2, 3] }, { a: [1, 4] }, ["update a[1]", "delete a[2]"]],
    ["a longer list", { a: [] }, { a: [{ b: 1 }] }, ["add a[0]"]],
    ["a secret of the same value", { a: new Secret("x") }, { a: "x" }, []],
    [
      "inside a secret",
      { a: new Secret({ b: "x" }) },
      { a: new Secret({ b: "y" }) },
      ["update a.b"],
    ],
    ["an unknown value", { a: { b: "x" } }, { a: { b: unknown } }, ["update a.b"]],
    ["an unknown map", { a: { b: "x" } }, { a: unknown }, ["update a"]],
    ["a key with dots", { a: { "x.y/z": 1 } }, { a: { "x.y/z": 2 } }, ['update a["x.y/z"]']],
  ])("%s", (_, olds, news, expected) => {
    expect(shown(olds, news)).toEqual(expected);
  });
});

const mutable = { enableConfigMapMutable: "true", enableSecretMutable: "true" };

describe("replacement of Kubernetes objects", () => {
  it.each<[boolean, string, string, PropertyMap?, PropertyMap?]>([
    [true, "v1 ConfigMap", "metadata.name"],
    [true, "v1 ConfigMap", "metadata.namespace"],
    [false, "v1 ConfigMap", "metadata.labels.app"],
    [true, "v1 ConfigMap", "data.key"],
    [false, "v1 ConfigMap", "data.key", mutable],
    [true, "v1 ConfigMap", "data.key", mutable, { immutable: true }],
    [true, "v1 ConfigMap", "immutable", mutable, { immutable: true }],
    [false, "v1 ConfigMap", "immutable", mutable],
    [true, "v1 Secret", "stringData.key"],
    [false, "v1 Secret", "stringData.key", mutable],
    [true, "v1 Secret", "type", mutable],
    [true, "v1 Service", "spec.clusterIP"],
    [false, "v1 Service", "spec.ports"],
    [true, "v1 Service", "spec"],
    [true, "apps/v1 Deployment", "spec.selector.matchLabels.app"],
    [false, "apps/v1 Deployment", "spec.template.spec"],
    [true, "apps/v1 DaemonSet", "spec.selector"],
    [true, "apps/v1 StatefulSet", "spec.volumeClaimTemplates"],
    [true, "apps/v1 StatefulSet", "spec.serviceName"],
    [true, "apps/v1 StatefulSet", "spec.podManagementPolicy"],
    [false, "apps/v1 StatefulSet", "spec.template.spec"],
    [false, "apps/v1 StatefulSet", "spec.replicas"],
    [true, "batch/v1 Job", "spec.template.spec"],
    [false, "batch/v1 Job", "spec.suspend"],
    [false, "batch/v1 CronJob", "spec.jobTemplate"],
    [true, "v1 PersistentVolumeClaim", "spec.accessModes"],
    [false, "v1 PersistentVolumeClaim", "spec.resources.requests"],
    [true, "v1 PersistentVolume", "spec.hostPath"],
    [false, "v1 PersistentVolume", "spec.capacity"],
    [true, "v1 Pod", "spec.containers"],
    [true, "rbac.authorization.k8s.io/v1 RoleBinding", "roleRef.name"],
    [false, "rbac.authorization.k8s.io/v1 RoleBinding", "subjects"],
    [true, "storage.k8s.io/v1 StorageClass", "provisioner"],
    [false, "heliograph.dev/v1 Deployment", "spec.selector"],
  ])("%s for %s %s", (expected, type, path, settings = {}, olds = {}) => {
    const [apiVersion = "", kind = ""] = type.split(" ");
    const properties = { apiVersion, kind };
    const rule = replacementRule(properties, { ...properties, ...olds }, parseSettings(settings));
    expect(rule(path.split("."))).toBe(expected);
  });

  it("is needed for another API group, not for another version of one", () => {
    const inputs = { apiVersion: "policy/v1", kind: "PodDisruptionBudget" };
    const rule = (apiVersion: string) =>
      replacementRule(inputs, { ...inputs, apiVersion }, parseSettings({}));
    expect(rule("policy/v1beta1")(["apiVersion"])).toBe(false);
    expect(rule("extensions/v1")(["apiVersion"])).toBe(true);
    expect(rule("v1")(["apiVersion"])).toBe(true);
  });
});
