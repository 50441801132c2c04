import { CORTEX_RINGS } from "../../../components/backends/cortex";
import { MIMIR_RINGS } from "../../../components/backends/mimir";
import { backendOf } from "../../../components/backends/registry";
import type { Protocol } from "../../../components/backends/backend";

/** Backends of metrics whose processes find each other in rings, by name. */
export const RINGS = { mimir: MIMIR_RINGS, cortex: CORTEX_RINGS } as const;

/** Path of a backend of metrics at which it takes a protocol itself, behind the gateway. */
export function ownPath(name: string, protocol: Protocol): string {
  const { ingest } = backendOf("metrics", name);
  const { path, backendPath = path } = ingest.find((way) => way.protocol === protocol)!;
  return backendPath;
}

/** Path of every backend of metrics, and of the ruler beside one, that shows rules as they run. */
export const RULES_PATH = `${backendOf("metrics").datasource.path}/api/v1/rules`;
