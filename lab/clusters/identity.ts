import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, writeWhole } from "../host/files.js";
import { run } from "../host/run.js";
import { clusterPaths } from "./paths.js";
import type { ClusterPrograms } from "./programs.js";
import type { Cluster } from "./topology.js";
import { toYaml } from "@heliograph/heliograph/model";

export function kubeadmConfig(cluster: Cluster, version: string, pki: string): string {
  const apiVersion = "kubeadm.k8s.io/v1beta4";
  const init = {
    apiVersion,
    kind: "InitConfiguration",
    localAPIEndpoint: { advertiseAddress: cluster.address, bindPort: 6443 },
    nodeRegistration: { name: cluster.node, criSocket: "unix:///run/containerd/containerd.sock" },
  };
  const whole = {
    apiVersion,
    kind: "ClusterConfiguration",
    kubernetesVersion: `v${version}`,
    certificatesDir: pki,
    controlPlaneEndpoint: `${cluster.address}:6443`,
    networking: { serviceSubnet: cluster.serviceSubnet, podSubnet: cluster.podSubnet },
    encryptionAlgorithm: "ECDSA-P256",
  };
  return [init, whole].map((document) => toYaml(document)).join("---\n");
}

/**
 * The certificates of the cluster and the kubeconfigs of its parts, made once by kubeadm: in a
 * folder that gets its name when it is complete.
 */
export async function ensureIdentity(cluster: Cluster, programs: ClusterPrograms): Promise<void> {
  const { root } = clusterPaths(cluster);
  const done = join(root, "identity");
  if (await exists(done)) return;
  const made = join(root, "identity.new");
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true, mode: 0o700 });
  const config = join(made, "kubeadm.yaml");
  await writeFile(config, kubeadmConfig(cluster, programs.kubernetesVersion, join(made, "pki")));
  const kubeadm = (...args: string[]) =>
    run(join(programs.kubernetes, "kubeadm"), [...args, `--config=${config}`]);
  const folder = join(made, "kubeconfigs");
  await kubeadm("init", "phase", "certs", "all");
  await kubeadm("init", "phase", "kubeconfig", "all", `--kubeconfig-dir=${folder}`);
  await writeWhole(
    join(folder, "proxy.conf"),
    await kubeadm("kubeconfig", "user", "--client-name=system:kube-proxy"),
  );
  await rename(made, done);
}
