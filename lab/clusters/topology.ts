/**
 * The facts of the lab's network, in one place. Everything else (addresses, subnets, names of
 * devices) is derived here from a cluster's index, so that two clusters can never overlap.
 */
export const clusterNames = ["ops", "dev", "stg", "prd"] as const;
/** Made by a scenario that needs one cluster more, and gone with it. */
const spareName = "qa";
export type ClusterName = (typeof clusterNames)[number] | typeof spareName;

/**
 * Devices and namespaces of the lab start with `prefix`; what it adds to the machine's own firewall
 * carries `tag`.
 */
export const machine = {
  prefix: "hg-",
  tag: "heliograph-lab",
  bridge: "hg0",
  bridgeAddress: "10.200.0.1",
  prefixLength: 24,
} as const;

/** A network namespace of the lab, joined to the bridge by a pair of virtual devices. */
export interface Host {
  /** Also the control group and the folder of its processes. */
  name: string;
  /** Name of the network namespace and of the device on the bridge. */
  namespace: string;
  address: string;
}

export interface Cluster extends Host {
  name: ClusterName;
  node: string;
  apiServer: string;
  serviceSubnet: string;
  podSubnet: string;
  dnsAddress: string;
}

export const store: Host & { endpoint: string } = {
  name: "store",
  namespace: `${machine.prefix}store`,
  address: "10.200.0.9",
  endpoint: "http://10.200.0.9:9000",
};

/** Name under which edges reach the hub's gateway: the host in lab/stacks/Pulumi.ops.yaml. */
export const gatewayName = "ingest.heliograph.lab";

export const clusters: readonly Cluster[] = clusterNames.map(clusterAt);
export const spare: Cluster = clusterAt(spareName, clusterNames.length);

export const hosts: readonly Host[] = [store, ...clusters, spare];

function clusterAt(name: ClusterName, index: number): Cluster {
  return {
    name,
    namespace: `${machine.prefix}${name}`,
    address: `10.200.0.${10 + index}`,
    node: `${name}-node`,
    apiServer: `https://10.200.0.${10 + index}:6443`,
    serviceSubnet: `10.${90 + index}.0.0/16`,
    podSubnet: `10.${100 + index}.0.0/24`,
    dnsAddress: `10.${90 + index}.0.10`,
  };
}

export function isClusterName(name: string): name is ClusterName {
  return [...clusters, spare].some((cluster) => cluster.name === name);
}

export function clusterNamed(name: ClusterName): Cluster {
  return [...clusters, spare].find((cluster) => cluster.name === name)!;
}
