import { describe, expect, test } from "vitest";
import { load, loadAll } from "js-yaml";
import { dnsObjects } from "../../lab/addons/dns";
import { storageObjects, volumeNames } from "../../lab/addons/storage";
import { apiServer, controllerManager, etcd, scheduler } from "../../lab/clusters/control-plane";
import { kubeadmConfig } from "../../lab/clusters/identity";
import { mergeKubeconfigs } from "../../lab/clusters/kubeconfig";
import { containerd, keptFolders, kubelet, podNetwork, proxy } from "../../lab/clusters/node";
import type { ClusterPrograms } from "../../lab/clusters/programs";
import { clusterNamed, clusters } from "../../lab/clusters/topology";
import { fingerprint } from "../../lab/host/processes";
import { sandboxScript } from "../../lab/host/sandbox";

const programs: ClusterPrograms = {
  kubernetes: "/programs/kubernetes",
  kubernetesVersion: "1.36.3",
  debian: { bin: "/debian/bin", cniPlugins: "/debian/cni" },
  pauseImage: "heliograph.lab/pause:1",
};
const dev = clusterNamed("dev");
const file = (files: Record<string, string> | undefined, name: string) =>
  Object.entries(files ?? {}).find(([path]) => path.endsWith(name))![1];

describe("control plane", () => {
  test("etcd listens where only its own cluster's API server reaches it", () => {
    const { command } = etcd(dev, programs);
    expect(command[0]).toBe("/debian/bin/etcd");
    expect(command).toContain("--listen-client-urls=http://127.0.0.1:2379");
  });

  test("the API server advertises the cluster's address and its own service subnet", () => {
    expect(apiServer(dev, programs).command).toEqual(
      expect.arrayContaining([
        "--advertise-address=10.200.0.11",
        "--service-cluster-ip-range=10.91.0.0/16",
      ]),
    );
  });

  test("nobody elects a leader among one", () => {
    for (const { command } of [controllerManager(dev, programs), scheduler(dev, programs)]) {
      expect(command).toContain("--leader-elect=false");
    }
  });

  test("kubeadm makes certificates for this cluster", () => {
    const [init, whole] = loadAll(kubeadmConfig(dev, "1.36.3", "/pki"));
    expect(init).toMatchObject({
      localAPIEndpoint: { advertiseAddress: "10.200.0.11" },
      nodeRegistration: { name: "dev-node" },
    });
    expect(whole).toMatchObject({ kubernetesVersion: "v1.36.3", certificatesDir: "/pki" });
  });
});

describe("node", () => {
  test("kubelet keeps pods in the lab's control group and asks its own name service", () => {
    const settings = load(file(kubelet(dev, programs).files, "kubelet.yaml")) as object;
    expect(settings).toMatchObject({
      cgroupRoot: "/heliograph-lab/dev/pods",
      clusterDNS: ["10.91.0.10"],
      imageGCHighThresholdPercent: 100,
    });
  });

  test("containerd finds runc first where the lab has it", () => {
    const { env, files } = containerd(dev, programs);
    expect(env?.PATH).toMatch(/^\/debian\/bin:/);
    expect(file(files, "containerd.toml")).toContain('sandbox_image = "heliograph.lab/pause:1"');
  });

  test("pods get addresses of their own cluster, and leave it under the node's", () => {
    expect(podNetwork(dev).plugins[0]).toMatchObject({
      ipMasq: true,
      ipam: { ranges: [[{ subnet: "10.101.0.0/24" }]] },
    });
    expect(proxy(dev, programs).command).toContain("--cluster-cidr=10.101.0.0/24");
  });

  test("no two clusters share a folder", () => {
    const folders = clusters.flatMap((cluster) => Object.values(keptFolders(cluster)));
    expect(new Set(folders).size).toBe(folders.length);
  });
});

describe("sandbox", () => {
  const script = sandboxScript(
    { host: dev, folders: { "/var/lib/kubelet": "/state/dev/kubelet" } },
    ["/state", "/cache"],
  );

  test("the lab's own folders are put back over /var before anything is mounted from them", () => {
    const order = [
      "/run/kept/0'",
      "mount -t overlay",
      "mount --bind /run/kept/0 '/state'",
      "'/state/dev/kubelet'",
    ];
    const positions = order.map((part) => script.indexOf(part));
    expect(positions.every((position, index) => position > (positions[index - 1] ?? -1))).toBe(
      true,
    );
  });

  test("kubelet finds the machine's settings as it wants them, and so does not write them", () => {
    expect(script).toContain(
      "mount --bind /run/tunables/vm.overcommit_memory /proc/sys/vm/overcommit_memory",
    );
  });

  test("it is ready only when everything is mounted", () => {
    expect(script.split("\n").slice(-2)).toEqual([
      "touch /run/heliograph-lab-ready",
      "exec sleep infinity",
    ]);
  });
});

describe("fingerprint", () => {
  const spec = {
    owner: "dev",
    name: "kubelet",
    command: ["kubelet", "--v=1"],
    files: { "/a": "1" },
  };

  test("changes with arguments, environment and configuration, and with nothing else", () => {
    const base = fingerprint(spec);
    expect(fingerprint({ ...spec, command: ["kubelet", "--v=2"] })).not.toBe(base);
    expect(fingerprint({ ...spec, env: { A: "1" } })).not.toBe(base);
    expect(fingerprint({ ...spec, files: { "/a": "2" } })).not.toBe(base);
    expect(fingerprint({ ...spec })).toBe(base);
  });
});

describe("what a cluster brings along", () => {
  test("a default storage class whose volumes take data of pods that are not root", () => {
    const [storageClass, ...volumes] = storageObjects(dev);
    expect(storageClass?.metadata.annotations).toEqual({
      "storageclass.kubernetes.io/is-default-class": "true",
    });
    expect(volumes).toHaveLength(volumeNames(dev).length);
    for (const { spec } of volumes)
      expect(spec).toMatchObject({ storageClassName: "standard", local: {} });
  });

  test("a name service at the address that kubelet tells pods", () => {
    const service = dnsObjects(dev, "coredns").find(({ kind }) => kind === "Service");
    expect(service?.spec).toMatchObject({ clusterIP: "10.91.0.10" });
  });

  test("one kubeconfig, with a context named like each cluster", () => {
    const admin = { clusters: [{ cluster: { server: "s" } }], users: [{ user: { token: "t" } }] };
    const merged = mergeKubeconfigs(clusters.map((cluster) => ({ cluster, admin })));
    expect(merged.contexts.map(({ name }) => name)).toEqual(["ops", "dev", "stg", "prd"]);
    expect(merged["current-context"]).toBe("ops");
  });
});
