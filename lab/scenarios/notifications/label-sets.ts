import fc from "fast-check";
import { type HubModel, type Labels, ownAlerts } from "@heliograph/heliograph/model";

/** Marks an alert of ours, and tells it from the others. No route looks at it. */
export const DRILL = "drill";

/**
 * Sets of labels as alerts of a hub have them, and as no alert should: every label may be missing
 * or unknown. Some mute others, once all of them fire.
 *
 * @param teams Values of the label `team` that routes know.
 * @param seed The same one draws the same sets for the same hub.
 */
export function randomLabels(
  hub: HubModel,
  { teams, count, seed }: { teams: readonly string[]; count: number; seed: number },
): Labels[] {
  const { edges, tenants } = hub;
  const label = (known: readonly string[], missing = 2) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...new Set(known)) },
      { weight: 1, arbitrary: fc.constant("unknown") },
      { weight: missing, arbitrary: fc.constant(undefined) },
    );
  const sets = fc.record({
    alertname: alertNames(hub),
    tenant_id: label(tenants.map(({ id }) => id)),
    cluster: label(edges.map(({ name }) => name)),
    environment: label(edges.map(({ environment }) => environment)),
    severity: label(["critical", "warning", "info"]),
    team: label(teams),
    maintenance: label(["true"], 60),
  });
  return fc.sample(sets, { seed, numRuns: count }).map((set, index) => ({
    ...withoutGaps(set),
    // It mutes whatever else its cluster has: with more than one, little would be told.
    ...(set.alertname === "EdgeSilent" && { cluster: edges[0]?.name ?? "unknown" }),
    [DRILL]: `${seed}-${index}`,
  }));
}

/** Of all names some, so that several alerts have the same one and mute each other. */
function alertNames(hub: HubModel): fc.Arbitrary<string> {
  const names = [...new Set(ownAlerts(hub).map(({ name }) => name))];
  const some = names.filter((_, index) => index % Math.ceil(names.length / 20) === 0);
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...some, "CertificateExpiring") },
    { weight: 4, arbitrary: fc.constant("NoneOfOurs") },
    { weight: 1, arbitrary: fc.constantFrom("Watchdog", "EdgeSilent") },
  );
}

function withoutGaps(set: Readonly<Record<string, string | undefined>>): Labels {
  const there = Object.entries(set).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(there);
}
