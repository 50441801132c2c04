import { GOSSIP_PORT, podVariable } from "./architecture";

/** Section `memberlist`, the same in every backend. */
export interface GossipConfig {
  readonly advertise_addr: string;
  readonly bind_port: number;
  readonly join_members: readonly string[];
  readonly rejoin_interval: string;
}

export interface MemberlistConfig extends GossipConfig {
  readonly cluster_label: string;
}

/** `name` tells the pods of this installation from those of other cells and backends. */
export function memberlistConfig(name: string, gossipHost: string): MemberlistConfig {
  return { cluster_label: name, ...gossipConfig(gossipHost) };
}

export function gossipConfig(gossipHost: string): GossipConfig {
  return {
    advertise_addr: podVariable("address"),
    bind_port: GOSSIP_PORT,
    join_members: [`dns+${gossipHost}:${GOSSIP_PORT}`],
    // Two halves that have lost sight of each other would not meet again by themselves.
    rejoin_interval: "1m",
  };
}
