import { fromYaml } from "../kit/yaml";
import { HASH_INTERVAL } from "./config";
import type { AlertmanagerConfig } from "./upstream";

/**
 * The hash of the configuration that an Alertmanager runs. `text`: what it answers as its
 * configuration at `/api/v2/status`. Undefined where another configuration runs.
 */
export function runningAlertmanagerHash(text: string): string | undefined {
  const { time_intervals: intervals = [] } = (fromYaml(text) ?? {}) as Partial<AlertmanagerConfig>;
  return intervals
    .find(({ name }) => name.startsWith(HASH_INTERVAL))
    ?.name.slice(HASH_INTERVAL.length);
}
