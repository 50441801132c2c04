import { type Cluster, clusters, gatewayName } from "../clusters/topology.js";
import type { KubernetesObject } from "./objects.js";

const name = "kube-dns";
const namespace = "kube-system";
const labels = { "k8s-app": name };

/** Names of the cluster, and the hub's gateway; there is nobody to forward others to. */
const corefile = `.:53 {
    errors
    health
    ready
    hosts {
        ${clusters[0]?.address} ${gatewayName}
        fallthrough
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        ttl 30
    }
    prometheus :9153
    cache 30
    reload 5s
}
`;

export function dnsObjects(cluster: Cluster, image: string): KubernetesObject[] {
  return [...identity(), configuration(), deployment(image), service(cluster)];
}

function identity(): KubernetesObject[] {
  const group = "rbac.authorization.k8s.io";
  const metadata = { name: "system:coredns" };
  const rules = [
    {
      apiGroups: [""],
      resources: ["endpoints", "services", "pods", "namespaces"],
      verbs: ["list", "watch"],
    },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ];
  const roleRef = { apiGroup: group, kind: "ClusterRole", name: metadata.name };
  const subjects = [{ kind: "ServiceAccount", name: "coredns", namespace }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "coredns", namespace } },
    { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata, rules },
    { apiVersion: `${group}/v1`, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
  ];
}

function configuration(): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "coredns", namespace },
    data: { Corefile: corefile },
  };
}

function deployment(image: string): KubernetesObject {
  const container = {
    name: "coredns",
    image,
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
      { name: "metrics", containerPort: 9153, protocol: "TCP" },
    ],
    readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 2 },
    livenessProbe: { httpGet: { path: "/health", port: 8080 }, failureThreshold: 5 },
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "170Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
  };
  const pod = {
    serviceAccountName: "coredns",
    priorityClassName: "system-cluster-critical",
    dnsPolicy: "Default",
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
      // Port 53 without a capability.
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    },
    containers: [container],
    volumes: [{ name: "config", configMap: { name: "coredns" } }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod },
    },
  };
}

function service(cluster: Cluster): KubernetesObject {
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "9153" };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      labels: { ...labels, "kubernetes.io/name": "CoreDNS" },
      annotations,
    },
    spec: {
      clusterIP: cluster.dnsAddress,
      selector: labels,
      ports: [
        { name: "dns", port: 53, targetPort: "dns", protocol: "UDP" },
        { name: "dns-tcp", port: 53, targetPort: "dns-tcp", protocol: "TCP" },
        { name: "metrics", port: 9153, targetPort: "metrics", protocol: "TCP" },
      ],
    },
  };
}
