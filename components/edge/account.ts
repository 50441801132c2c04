import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kit/labels";

interface AccountArgs {
  readonly metadata: {
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Labels;
  };
  /** All that it may do, in the whole cluster. */
  readonly rules: k8s.types.input.rbac.v1.PolicyRule[];
  /** Account of the same namespace that may do it, instead of one of its own. */
  readonly existing?: pulumi.Input<string>;
}

/** The identity of an agent towards the API server; gives the name of its account. */
export function createAccount(
  name: string,
  { metadata, rules, existing }: AccountArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Input<string> {
  const account =
    existing ??
    new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      opts,
    ).metadata.name;
  const { namespace, labels } = metadata;
  // Roles of the cluster share one space of names.
  const clusterName = pulumi.interpolate`${namespace}-${metadata.name}`;
  const role = new k8s.rbac.v1.ClusterRole(
    `${name}-role`,
    { metadata: { name: clusterName, labels }, rules },
    opts,
  );
  new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-role-binding`,
    {
      metadata: { name: clusterName, labels },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: role.metadata.name,
      },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
    opts,
  );
  return account;
}
