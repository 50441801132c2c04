import { exists } from "../host/files.js";
import { clusterPaths } from "./paths.js";
import { type Cluster, clusters, spare } from "./topology.js";

/** The clusters that there are: the spare one only while a scenario has it. */
export async function presentClusters(): Promise<readonly Cluster[]> {
  return (await exists(clusterPaths(spare).root)) ? [...clusters, spare] : clusters;
}
