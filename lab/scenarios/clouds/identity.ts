import { HUB_NAMESPACE } from "@heliograph/heliograph/model";
import type { CloudStore } from "../../clouds/store.js";

const name = "lab-cloud";
const mounted = "/etc/lab-cloud";
const group = "admissionregistration.k8s.io";

/**
 * What a cloud does for pods that may use its stores: here a policy of the API server gives them
 * the environment that the cloud's webhook or metadata server would. `pods` says in CEL which.
 */
export function identityObjects(
  { env, files }: Pick<CloudStore, "env" | "files">,
  pods: string,
): object[] {
  const paths = Object.fromEntries(
    Object.keys(files).map((variable) => [variable, `${mounted}/${variable}`]),
  );
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: HUB_NAMESPACE },
      data: files,
    },
    {
      apiVersion: `${group}/v1`,
      kind: "MutatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": HUB_NAMESPACE } },
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
          ],
        },
        matchConditions: [{ name: "may-use-buckets", expression: pods }],
        mutations: [
          {
            patchType: "ApplyConfiguration",
            applyConfiguration: { expression: withEnvironment({ ...env, ...paths }) },
          },
        ],
      },
    },
    {
      apiVersion: `${group}/v1`,
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name },
    },
  ];
}

/**
 * An expression that adds variables, and the folder with the files that they name, to each
 * container of a pod.
 */
function withEnvironment(env: Readonly<Record<string, string>>): string {
  const text = JSON.stringify;
  const variables = Object.entries(env).map(
    ([variable, value]) =>
      `Object.spec.containers.env{name: ${text(variable)}, value: ${text(value)}}`,
  );
  const mount = `Object.spec.containers.volumeMounts{name: ${text(name)}, mountPath: ${text(mounted)}, readOnly: true}`;
  const container = `Object.spec.containers{name: container.name, env: [${variables.join()}], volumeMounts: [${mount}]}`;
  const volume = `Object.spec.volumes{name: ${text(name)}, configMap: Object.spec.volumes.configMap{name: ${text(name)}}}`;
  return `Object{spec: Object.spec{volumes: [${volume}], containers: object.spec.containers.map(container, ${container})}}`;
}
