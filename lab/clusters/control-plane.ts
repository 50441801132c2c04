import { join } from "node:path";
import type { ProcessSpec } from "../host/processes.js";
import { flags } from "./flags.js";
import { clusterPaths, volumePlugins } from "./paths.js";
import type { ClusterPrograms } from "./programs.js";
import type { Cluster } from "./topology.js";

/**
 * etcd is reached by the API server alone, on the loopback device of the cluster's own network
 * namespace.
 */
const etcdAddress = "http://127.0.0.1:2379";

type Command = Pick<ProcessSpec, "name" | "command">;

export function etcd(cluster: Cluster, programs: ClusterPrograms): Command {
  const values = {
    "data-dir": clusterPaths(cluster).etcd,
    "listen-client-urls": etcdAddress,
    "advertise-client-urls": etcdAddress,
    "listen-peer-urls": "http://127.0.0.1:2380",
    // Four of them share one disk; what a power cut could cost is a lab that is made anew in a
    // minute.
    "unsafe-no-fsync": true,
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "10m",
    "log-level": "warn",
  };
  return { name: "etcd", command: [join(programs.debian.bin, "etcd"), ...flags(values)] };
}

export function apiServer(cluster: Cluster, programs: ClusterPrograms): Command {
  const { pki } = clusterPaths(cluster);
  const values = {
    "etcd-servers": etcdAddress,
    "advertise-address": cluster.address,
    "secure-port": 6443,
    "service-cluster-ip-range": cluster.serviceSubnet,
    "tls-cert-file": join(pki, "apiserver.crt"),
    "tls-private-key-file": join(pki, "apiserver.key"),
    "client-ca-file": join(pki, "ca.crt"),
    "kubelet-client-certificate": join(pki, "apiserver-kubelet-client.crt"),
    "kubelet-client-key": join(pki, "apiserver-kubelet-client.key"),
    "kubelet-preferred-address-types": "InternalIP",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": join(pki, "sa.pub"),
    "service-account-signing-key-file": join(pki, "sa.key"),
    // Aggregated APIs; the controller manager and the scheduler complain without end where it is
    // left out.
    "requestheader-client-ca-file": join(pki, "front-proxy-ca.crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": join(pki, "front-proxy-client.crt"),
    "proxy-client-key-file": join(pki, "front-proxy-client.key"),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "allow-privileged": true,
    profiling: false,
  };
  return {
    name: "apiserver",
    command: [join(programs.kubernetes, "kube-apiserver"), ...flags(values)],
  };
}

export function controllerManager(cluster: Cluster, programs: ClusterPrograms): Command {
  const { pki, kubeconfigs } = clusterPaths(cluster);
  const kubeconfig = join(kubeconfigs, "controller-manager.conf");
  const values = {
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "root-ca-file": join(pki, "ca.crt"),
    "service-account-private-key-file": join(pki, "sa.key"),
    "use-service-account-credentials": true,
    "cluster-signing-cert-file": join(pki, "ca.crt"),
    "cluster-signing-key-file": join(pki, "ca.key"),
    "flex-volume-plugin-dir": volumePlugins,
    "leader-elect": false,
    profiling: false,
  };
  return {
    name: "controller-manager",
    command: [join(programs.kubernetes, "kube-controller-manager"), ...flags(values)],
  };
}

export function scheduler(cluster: Cluster, programs: ClusterPrograms): Command {
  const kubeconfig = join(clusterPaths(cluster).kubeconfigs, "scheduler.conf");
  const values = {
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "leader-elect": false,
    profiling: false,
  };
  return {
    name: "scheduler",
    command: [join(programs.kubernetes, "kube-scheduler"), ...flags(values)],
  };
}
