import type { EdgeFacts } from "../../components/contract/hub";

/** What the inventory says of an edge that is as edges usually are. */
export const facts: EdgeFacts = {
  tenant: "dev",
  cell: "main",
  environment: "dev",
  region: "uaenorth",
  clusterType: "workload",
  keyGeneration: 1,
  outageSeconds: 21_600,
  activeSeries: 200_000,
  signals: ["metrics"],
  logBytesPerSecond: 100_000,
  spansPerSecond: 200,
};
