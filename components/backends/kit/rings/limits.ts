import type { EnforcedLimits } from "../../backend";
import type { Cell } from "../../../hub/model";
import { metricsLoads, type TenantLoad } from "../metrics/load";
import { PodReader } from "../pod-reader";
import { overridesIn } from "../runtime-limits";
import type { Ask } from "../../requests";

/** Path at which Mimir and Cortex show the runtime configuration that they have loaded. */
const RUNTIME_CONFIG_PATH = "/runtime_config";

class RuntimeConfigReader extends PodReader {
  constructor(title: string, ask: Ask) {
    super(title, ask);
  }

  async limits() {
    return overridesIn(await this.text(RUNTIME_CONFIG_PATH));
  }
}

/** Every tenant has an entry in the runtime configuration, which each component loads for itself. */
export function runtimeLimits(
  title: string,
  components: readonly string[],
  limitsOf: (load: TenantLoad) => object,
  cell: Cell,
): EnforcedLimits[] {
  const entries = Object.entries(metricsLoads(cell)).map(([id, load]) => [id, limitsOf(load)]);
  return [
    {
      components,
      byTenant: Object.fromEntries(entries) as EnforcedLimits["byTenant"],
      read: (ask) => new RuntimeConfigReader(title, ask).limits(),
    },
  ];
}
