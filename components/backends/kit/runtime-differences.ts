import { fromYaml } from "../../kit/yaml";
import type { TenantLimits } from "../backend";
import { limitDifferences } from "./runtime-limits";

/** `limitDifferences` of two runtime configuration files. */
export function runtimeDifferences(intended: string, inForce: string): string[] {
  return limitDifferences(parseOverrides(intended), parseOverrides(inForce));
}

function parseOverrides(text: string): TenantLimits {
  // Thanos names them in its own way.
  const { overrides, write } = (fromYaml(text) ?? {}) as {
    overrides?: TenantLimits;
    write?: { tenants?: TenantLimits };
  };
  return overrides ?? write?.tenants ?? {};
}
