/**
 * Proves: each policy notices the one thing it is there for. What it proves of our own objects is
 * in rendered.test.ts.
 */
import { expect, test } from "vitest";
import { policyNames, violations, type KubernetesObject } from "./policies";

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

function good(): { deployment: Loose; config: Loose; objects: KubernetesObject[] } {
  const labels = { "app.kubernetes.io/name": "store", "app.kubernetes.io/part-of": "heliograph" };
  const metadata = { name: "store", namespace: "hub", labels };
  const container = {
    name: "store",
    image: "docker.io/store:1",
    args: ["--config=/etc/store/store.yaml"],
    ports: [{ name: "http", containerPort: 80 }],
    resources: { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    readinessProbe: { httpGet: { path: "/ready", port: 80 } },
    volumeMounts: [{ name: "config", mountPath: "/etc/store", readOnly: true }],
  };
  const pod = {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: "kubernetes.io/hostname",
              labelSelector: { matchLabels: { "app.kubernetes.io/name": "store" } },
            },
          },
        ],
      },
    },
    volumes: [{ name: "config", configMap: { name: "store" } }],
  };
  const selector = { matchLabels: { "app.kubernetes.io/name": "store" } };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: { replicas: 2, selector, template: { metadata: { labels }, spec: pod } },
  };
  const config = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "store.yaml": "a: 1" } };
  const budget = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { selector },
  };
  const network = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: { podSelector: selector },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: selector.matchLabels, ports: [{ port: 8080, targetPort: "http" }] },
  };
  return {
    deployment,
    config,
    objects: [deployment, config, budget, network, service] as KubernetesObject[],
  };
}

const breaks: Readonly<Record<string, (set: ReturnType<typeof good>) => unknown>> = {
  "pods are restricted": ({ deployment }) =>
    (container(deployment)["securityContext"].readOnlyRootFilesystem = false),
  "only node agents see paths of the node": ({ deployment }) =>
    podOf(deployment)["volumes"].push({ name: "root", hostPath: { path: "/" } }),
  "memory of Go in whole bytes": ({ deployment }) =>
    (container(deployment)["env"] = [{ name: "GOMEMLIMIT", value: "966367641.6" }]),
  "requests and limits": ({ deployment }) => delete container(deployment)["resources"].limits,
  probes: ({ deployment }) => delete container(deployment)["readinessProbe"],
  "a token only where the API server is asked": ({ deployment }) =>
    delete podOf(deployment)["automountServiceAccountToken"],
  "a disruption budget where there are replicas": ({ objects }) => objects.splice(2, 1),
  "configuration is mounted as directories": ({ deployment }) =>
    (container(deployment)["volumeMounts"][0].subPath = "store.yaml"),
  "what pods mount is there": ({ config }) =>
    (config["metadata"] = { ...config["metadata"], name: "another" }),
  "volumes are mounted": ({ deployment }) => (container(deployment)["volumeMounts"] = []),
  "configuration that is mounted is read": ({ deployment }) =>
    (container(deployment)["args"] = ["--config=/etc/other/store.yaml"]),
  "variables of configuration have values": ({ config }) =>
    (config["data"]["store.yaml"] = "address: ${POD_IP}"),
  "workloads select their own pods": ({ deployment }) =>
    (deployment["spec"].selector = { matchLabels: { "app.kubernetes.io/name": "another" } }),
  "services lead to pods": ({ deployment }) => (container(deployment)["ports"] = []),
  "replicas of a StatefulSet have names": ({ deployment }) =>
    Object.assign(deployment, {
      kind: "StatefulSet",
      spec: { ...deployment["spec"], serviceName: "store" },
    }),
  "replicas run on several nodes": ({ deployment }) => delete podOf(deployment)["affinity"],
  "images by a fixed tag": ({ deployment }) => (container(deployment)["image"] = "docker.io/store"),
  "recommended labels": ({ config }) => (config["metadata"] = { name: "store", namespace: "hub" }),
  "policies for every pod": ({ objects }) => objects.splice(3, 1),
  "no private key outside of secrets": ({ config }) =>
    (config["data"].key = "-----BEGIN EC PRIVATE KEY-----"),
};

const podOf = (deployment: Loose): Loose => deployment["spec"].template.spec;
const container = (deployment: Loose): Loose => podOf(deployment)["containers"][0];

test("objects that keep to everything", () => expect(violations(good().objects)).toEqual([]));

test.each(policyNames)("%s", (policy) => {
  const set = good();
  breaks[policy]!(set);
  const noticed = new Set(violations(set.objects).map((violation) => violation.policy));
  expect([...noticed]).toContain(policy);
});

test.each([
  ["ConfigMap", { configMap: { name: "another" } }],
  ["Secret", { secret: { name: "another" } }],
])("what pods mount is there, as a part of a volume, too: %s", (kind, source) => {
  const { deployment, objects } = good();
  const sources = [{ configMap: { name: "store" } }, source];
  podOf(deployment)["volumes"] = [{ name: "config", projected: { sources } }];
  expect(violations(objects)).toEqual([
    {
      policy: "what pods mount is there",
      object: "Deployment hub/store",
      detail: `config: there is no ${kind} another`,
    },
  ]);
});
