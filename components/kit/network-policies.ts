import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { policiesOf, type Flow, type PolicySpec } from "./flows";
import { objectLabels, PART_OF, roleName, type Role } from "./labels";

/**
 * Creates the network policies of a namespace: one that denies all traffic of its pods, and one for
 * each role that allows the listed flows.
 *
 * @param name Prefix of the logical names of the policies.
 * @param namespace Name of the namespace in the cluster.
 * @param flows The connections to allow. They decide which policies there are.
 * @param known The same flows with values that are known only during the update, such as addresses.
 */
export function networkPolicies(
  name: string,
  namespace: string,
  flows: readonly Flow[],
  opts: pulumi.CustomResourceOptions,
  known?: pulumi.Output<Flow[]>,
): void {
  defaultDenyPolicy(name, namespace, opts);
  const late = known?.apply((all) => policiesOf(namespace, all));
  policiesOf(namespace, flows).forEach(({ role, spec }, index) => {
    rolePolicy(
      name,
      namespace,
      role,
      late?.apply((all) => (all[index] as PolicySpec).spec) ?? spec,
      opts,
    );
  });
}

/** Nothing goes in or out of any pod of the namespace. */
export function defaultDenyPolicy(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.networking.v1.NetworkPolicy(
    `${name}-default-deny`,
    {
      metadata: {
        name: "default-deny",
        namespace,
        labels: { "app.kubernetes.io/part-of": PART_OF, "app.kubernetes.io/managed-by": "pulumi" },
      },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
    opts,
  );
}

/** What the pods of one role may receive and send. */
export function rolePolicy(
  name: string,
  namespace: pulumi.Input<string>,
  role: Role,
  spec: pulumi.Input<PolicySpec["spec"]>,
  opts: pulumi.CustomResourceOptions,
): void {
  const policy = roleName(role);
  new k8s.networking.v1.NetworkPolicy(
    `${name}-${policy}`,
    { metadata: { name: policy, namespace, labels: objectLabels(role) }, spec },
    opts,
  );
}
