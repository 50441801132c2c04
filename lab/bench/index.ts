import type { Figure } from "./figure.js";
import { firstSample } from "./first-sample.js";
import { gatewayCpu } from "./gateway-cpu.js";
import { previewOfClouds, previewOfEdge, previewOfHub, previewOfManyEdges } from "./preview.js";
import { edgeMemory, freshness, queryOverTenants } from "./running.js";
import { logCpu, spanCpu } from "./telemetry-cpu.js";

/** All figures; those that disturb least come first. */
export const figures: readonly Figure[] = [
  freshness,
  edgeMemory,
  queryOverTenants,
  previewOfHub,
  previewOfEdge,
  previewOfManyEdges,
  previewOfClouds,
  gatewayCpu,
  logCpu,
  spanCpu,
  firstSample,
];
