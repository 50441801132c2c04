import type { Role } from "../../../kit/labels";
import { copy, keep } from "../relabel";
import type { Source } from "./source";

export const NODE_EXPORTER: Role = { name: "node-exporter" };
export const NODE_EXPORTER_PORT = 9100;

/** node-exporter on every node: CPU, memory, disks and network of the machine. */
export const nodeExporter: Source = {
  title:
    "node-exporter, which is then deployed on every node: CPU, memory, disks and network of nodes",
  enabledByDefault: true,
  example: "node_cpu_.*",
  // Named after its node: a restarted pod has another address, and would be another series.
  jobs: ({ nodeNamespace }) => [
    {
      job_name: "node-exporter",
      kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [nodeNamespace] } }],
      relabel_configs: [
        keep("__meta_kubernetes_pod_label_app_kubernetes_io_name", NODE_EXPORTER.name),
        copy("__meta_kubernetes_pod_node_name", "node"),
        copy("__meta_kubernetes_pod_node_name", "instance"),
      ],
      // Outside of the node's own namespaces node-exporter sees the name of its pod instead.
      metric_relabel_configs: [
        {
          source_labels: ["__name__", "node"],
          regex: "node_uname_info;(.+)",
          target_label: "nodename",
        },
      ],
    },
  ],
  flows: ({ agent, nodeNamespace }) => [
    {
      from: agent,
      to: { pods: NODE_EXPORTER, namespace: nodeNamespace },
      ports: [NODE_EXPORTER_PORT],
      why: "metrics of nodes",
    },
  ],
  // Measured in the lab.
  series: ({ nodes }) => 640 * nodes,
};

/** A path of the node that node-exporter reads, and where its pod sees it. */
interface HostPath {
  readonly name: string;
  readonly path: string;
  readonly type: "File" | "Directory";
  readonly mountPath: string;
  readonly mountPropagation?: "HostToContainer";
}

const PROC = "/host/proc";
const ROOT = "/host/root";

/**
 * A `/proc` put together from the files that the collectors below read. Not the node's own: its
 * `/proc/net` is a link to the network of whoever looks, so that the pod would need `hostNetwork`
 * to see the node's, and with it stand in the node's network, where no NetworkPolicy holds.
 * `/proc/1/net` is the node's for everyone. It also leaves out the command lines of all processes.
 */
const PROC_PATHS: readonly HostPath[] = [
  procPath("proc-net", "/proc/1/net", "net", "Directory"),
  procPath("proc-mountinfo", "/proc/1/mountinfo", "1/mountinfo"),
  procPath("proc-mounts", "/proc/1/mounts", "1/mounts"),
  procPath("proc-stat", "/proc/stat", "stat"),
  procPath("proc-meminfo", "/proc/meminfo", "meminfo"),
  procPath("proc-loadavg", "/proc/loadavg", "loadavg"),
  procPath("proc-vmstat", "/proc/vmstat", "vmstat"),
  procPath("proc-diskstats", "/proc/diskstats", "diskstats"),
  procPath("proc-file-nr", "/proc/sys/fs/file-nr", "sys/fs/file-nr"),
];

/** Every path of the node that is mounted, each read-only. */
export const HOST_PATHS: readonly HostPath[] = [
  ...PROC_PATHS,
  { name: "sys", path: "/sys", type: "Directory", mountPath: "/host/sys" },
  {
    name: "root",
    path: "/",
    type: "Directory",
    mountPath: ROOT,
    // Follows what the node mounts and unmounts later; without it the pod would hold on to volumes
    // that the node wants to give back.
    mountPropagation: "HostToContainer",
  },
];

function procPath(
  name: string,
  path: string,
  below: string,
  type: HostPath["type"] = "File",
): HostPath {
  return { name, path, type, mountPath: `${PROC}/${below}` };
}

/**
 * What the paths above allow to collect, and what says something about a node. Others (hwmon, zfs,
 * ...) are off.
 */
export const COLLECTORS = [
  "cpu",
  "diskstats",
  "filefd",
  "filesystem",
  "loadavg",
  "meminfo",
  "netclass",
  "netdev",
  "netstat",
  "sockstat",
  "softnet",
  "stat",
  "timex",
  "uname",
  "vmstat",
] as const;

/** Devices of pods come and go with them, and cAdvisor counts their traffic by pod. */
const POD_DEVICES =
  "^(veth|cali|cilium|lxc|azv|gke|eni|cni|flannel|dummy|kube-ipvs|nodelocaldns).*$";
/**
 * Mounts of pods and containers: kubelet reports volumes by claim, and nobody cannot look into
 * these.
 */
const POD_MOUNTS =
  "^/(dev|proc|sys|run|var/lib/(kubelet|containerd|containers|docker|rancher|kubernetes))($|/)";
const VIRTUAL_FILESYSTEMS =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tmpfs|tracefs)$";

export function nodeExporterArgs(port: number): string[] {
  return [
    `--web.listen-address=:${port}`,
    `--path.procfs=${PROC}`,
    "--path.sysfs=/host/sys",
    `--path.rootfs=${ROOT}`,
    "--collector.disable-defaults",
    ...COLLECTORS.map((collector) => `--collector.${collector}`),
    // Through netlink it would see the devices of its own pod.
    "--no-collector.netdev.netlink",
    `--collector.netdev.device-exclude=${POD_DEVICES}`,
    `--collector.netclass.ignored-devices=${POD_DEVICES}`,
    `--collector.filesystem.mount-points-exclude=${POD_MOUNTS}`,
    `--collector.filesystem.fs-types-exclude=${VIRTUAL_FILESYSTEMS}`,
  ];
}
