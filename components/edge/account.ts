import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kit/labels";

interface AccountArgs {
  readonly metadata: { readonly name: string; readonly namespace: pulumi.Input<string>; readonly labels: Labels };
  /** All that it may do, in the whole cluster. */
  readonly rules: k8s.types.input.rbac.v1.PolicyRule[];
}

/** The identity of an agent towards the API server. */
export function createAccount(
  name: string,
  { metadata, rules }: AccountArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ServiceAccount {
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata, automountServiceAccountToken: false },
    opts,
  );
  const { namespace, labels } = metadata;
  // Roles of the cluster share one space of names.
  const clusterName = pulumi.interpolate`${namespace}-${metadata.name}`;
  const role = new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata: { name: clusterName, labels }, rules }, opts);
  new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-role-binding`,
    {
      metadata: { name: clusterName, labels },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace }],
    },
    opts,
  );
  return account;
}
