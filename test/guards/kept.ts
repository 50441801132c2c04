import type { Stored } from "../../src/guards/stored";

const kept = { edge: "dev", bucket: "s3 edges", prefix: "", bufferDisk: "40Gi" };
const queue = { edge: "dev", bufferDisk: "20Gi" };

/** Changes that would leave metrics behind that stay at an edge, or are to stay there. */
export const keptCases: Readonly<Record<string, () => [Stored, Stored]>> = {
  "metrics-sent-from-now-on": () => [{ kept }, { queue }],
  "metrics-kept-from-now-on": () => [{ queue }, { kept }],
  "kept-metrics-in-another-bucket": () => [{ kept }, { kept: { ...kept, bucket: "s3 others" } }],
  "disk-of-kept-metrics-shrunk": () => [{ kept }, { kept: { ...kept, bufferDisk: "20Gi" } }],
};
