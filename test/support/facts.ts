/** What the inventory says of an edge that is as edges usually are. */
export const facts = {
  tenant: "dev",
  cell: "main",
  environment: "dev",
  region: "uaenorth",
  clusterType: "workload",
  keyGeneration: 1,
  outageSeconds: 21_600,
  activeSeries: 200_000,
};
