import { clusterNames } from "../clusters/topology.js";
import type { KubernetesObject } from "./objects.js";

const name = "heliograph-lab";
const api = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name } };

/** In CEL: the cores that a container asks for. */
const cores = 'quantity(container.resources.requests["cpu"]).asApproximateFloat()';
const asks = 'has(container.resources.requests) && "cpu" in container.resources.requests';
const share = `string(int(${cores} * 1000.0 / ${clusterNames.length}.0)) + "m"`;

/**
 * Each node takes the cores of the whole machine for its own. What the hub's pods ask for is meant
 * for a machine of theirs; divided by the number of clusters it fits, and stands in the same
 * proportions.
 */
export function requestObjects(): KubernetesObject[] {
  const pods = {
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: ["CREATE"],
    resources: ["pods"],
  };
  const container = `Object.spec.containers{name: container.name, resources: Object.spec.containers.resources{requests: {"cpu": ${share}}}}`;
  const expression = `Object{spec: Object.spec{containers: object.spec.containers.filter(container, ${asks}).map(container, ${container})}}`;
  const policy = {
    ...api,
    kind: "MutatingAdmissionPolicy",
    spec: {
      matchConstraints: { resourceRules: [pods] },
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression } }],
    },
  };
  return [policy, { ...api, kind: "MutatingAdmissionPolicyBinding", spec: { policyName: name } }];
}
