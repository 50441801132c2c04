import type { Check } from "../check";

/** Four scrapes at the default interval: one may be late, and one on its way. */
const OLDEST_SECONDS = 60;

export const freshness: Check = {
  name: "newest sample",
  proves: `the edge's newest sample is less than ${OLDEST_SECONDS} s old`,
  async run(edge) {
    const mimir = await edge.mimir();
    const newest = await mimir.number(
      [edge.entry.tenant],
      `max(max_over_time(timestamp(up{cluster="${edge.name}"})[1h:15s]))`,
    );
    const next = `kubectl --context ${edge.name} --namespace heliograph get pods`;
    if (newest === 0) return { ok: false, detail: "no sample within the last hour", next };
    const age = Math.max(0, Date.now() / 1000 - newest);
    return { ok: age <= OLDEST_SECONDS, detail: `${Math.round(age)} s old`, next };
  },
};
