import { fromYaml, toYaml } from "../../kit/yaml";

/** Path of Loki's HTTP interface that shows the limits that a tenant has in force; it shows those of all tenants nowhere. */
export const LOKI_LIMITS_PATH = "/config/tenant/v1/limits";

/** The answers at that path, by tenant, as the runtime file that says the same: what `runtimeDifferences` compares. */
export function lokiRuntimeConfigShown(answers: Readonly<Record<string, string>>): string {
  const overrides = Object.entries(answers).map(([tenant, answer]) => [
    tenant,
    fromYaml(answer) as unknown,
  ]);
  return toYaml({ overrides: Object.fromEntries(overrides) as unknown });
}
