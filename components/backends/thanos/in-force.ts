import { flagsShown, retentionFlags, retentionShown } from "./program/retention";
import type { HubObservabilityArgs } from "../../hub/args";
import { tenantLoads } from "../../hub/writers";
import { retentionsOf, type DownsamplingArgs } from "./plan";
import { fromYaml } from "../../kit/yaml";

/** How long samples of each tenant are kept, by the compactors' flags, in the form of a runtime file. */
export interface ThanosRetention {
  readonly overrides: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** As it should be in a cell. */
export function thanosRetention(
  tenants: HubObservabilityArgs["tenants"],
  cell: string,
  downsampling: DownsamplingArgs,
): ThanosRetention {
  const groups = Object.values(
    retentionsOf(tenantLoads({ tenants, edges: {} }, cell), downsampling),
  );
  const known = groups.flatMap((group) =>
    group.tenants.map((id) => [id, retentionFlags(group.days)] as const),
  );
  return { overrides: Object.fromEntries(known) };
}

/** As the compactors show it, each for the tenants whose blocks it takes. */
export function thanosRetentionShown(answers: readonly string[]): ThanosRetention {
  const known = answers.flatMap((answer) => {
    const [{ regex = "" } = {}] = fromYaml(
      flagsShown(answer)["selector.relabel-config"] ?? "[]",
    ) as {
      regex?: string;
    }[];
    return regex.split("|").map((id) => [id, retentionShown(answer)] as const);
  });
  return { overrides: Object.fromEntries(known) };
}
