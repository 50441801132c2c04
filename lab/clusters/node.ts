import { join } from "node:path";
import { podGroup } from "../host/cgroups.js";
import { type ProcessSpec, systemPath } from "../host/processes.js";
import { flags } from "./flags.js";
import { clusterPaths, volumePlugins } from "./paths.js";
import type { ClusterPrograms } from "./programs.js";
import type { Cluster } from "./topology.js";
import { toYaml } from "@heliograph/heliograph/model";

type Command = Pick<ProcessSpec, "name" | "command" | "env" | "files">;

/** Inside the sandbox, where /run is the cluster's own. */
export const containerdSocket = "/run/containerd/containerd.sock";

/**
 * Folders of the sandbox that are kept: pods, what they left, and what agents have not sent survive
 * a restart of the cluster.
 */
export function keptFolders(cluster: Cluster): Record<string, string> {
  const paths = clusterPaths(cluster);
  return {
    "/var/lib/kubelet": paths.kubelet,
    "/var/log/pods": paths.podLogs,
    "/var/log/containers": paths.containerLogs,
    "/var/lib/cni": paths.cni,
    "/var/lib/heliograph": paths.queues,
  };
}

export function containerd(cluster: Cluster, programs: ClusterPrograms): Command {
  const { config, containerd: root } = clusterPaths(cluster);
  const file = join(config, "containerd.toml");
  const networks = join(config, "cni");
  const settings = `version = 2
root = "${root}"
state = "/run/containerd"
# It would make folders in /opt.
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${programs.pauseImage}"
  # Without it runc fails where the machine lacks CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${programs.debian.cniPlugins}"
    conf_dir = "${networks}"
`;
  return {
    name: "containerd",
    command: [join(programs.debian.bin, "containerd"), "--config", file],
    // It finds runc and its shim there.
    env: { PATH: `${programs.debian.bin}:${systemPath}` },
    files: {
      [file]: settings,
      [join(networks, "10-pods.conflist")]: JSON.stringify(podNetwork(cluster), null, 2),
    },
  };
}

/**
 * Every pod is routed to by itself (`ptp`): unlike a bridge, that needs no packet filter for
 * bridged traffic, neither for services nor for a pod that calls itself through one.
 */
export function podNetwork(cluster: Cluster) {
  const ipam = {
    type: "host-local",
    ranges: [[{ subnet: cluster.podSubnet }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return { cniVersion: "1.0.0", name: "pods", plugins: [{ type: "ptp", ipMasq: true, ipam }] };
}

export function kubelet(cluster: Cluster, programs: ClusterPrograms): Command {
  const { config, pki, kubeconfigs } = clusterPaths(cluster);
  const file = join(config, "kubelet.yaml");
  const resolvers = join(config, "resolv.conf");
  const settings = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    clusterDNS: [cluster.dnsAddress],
    clusterDomain: "cluster.local",
    resolvConf: resolvers,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    volumePluginDir: volumePlugins,
    cgroupDriver: "cgroupfs",
    cgroupRoot: podGroup(cluster.name),
    failCgroupV1: false,
    failSwapOn: false,
    evictionHard: { "memory.available": "100Mi" },
    // Images come from the lab, never from a registry: a removed one could not be had again.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // Mounted configuration follows its ConfigMap within this time, instead of a minute.
    syncFrequency: "10s",
  };
  const values = {
    config: file,
    kubeconfig: join(kubeconfigs, "kubelet.conf"),
    "hostname-override": cluster.node,
    "node-ip": cluster.address,
    "root-dir": "/var/lib/kubelet",
  };
  return {
    name: "kubelet",
    command: [join(programs.kubernetes, "kubelet"), ...flags(values)],
    // Names outside of the cluster do not resolve: the lab reaches nothing beyond itself.
    files: { [file]: toYaml(settings), [resolvers]: "" },
  };
}

export function proxy(cluster: Cluster, programs: ClusterPrograms): Command {
  const values = {
    kubeconfig: join(clusterPaths(cluster).kubeconfigs, "proxy.conf"),
    "proxy-mode": "iptables",
    "cluster-cidr": cluster.podSubnet,
    "hostname-override": cluster.node,
    // The table of connections is the whole machine's.
    "conntrack-max-per-core": 0,
  };
  return { name: "proxy", command: [join(programs.kubernetes, "kube-proxy"), ...flags(values)] };
}
