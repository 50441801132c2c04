import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { selectorLabels, type Labels, type Role } from "./labels";

interface DisruptionBudgetArgs {
  readonly metadata: {
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Labels;
  };
  readonly role: Role;
}

/** One pod of a role at a time is moved off its node. `name`: logical name of what runs them. */
export function createDisruptionBudget(
  name: string,
  { metadata, role }: DisruptionBudgetArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-disruption-budget`,
    {
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: { ...selectorLabels(role) } } },
    },
    opts,
  );
}
