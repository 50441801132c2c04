import type { Check } from "../check";

export const federation: Check = {
  name: "all tenants",
  proves: "one query over all tenants of the cell sees the edge",
  async run(edge) {
    const mimir = await edge.mimir();
    const tenants = edge.hub.tenantsOf(edge.entry.cell);
    const targets = await mimir.number(tenants, `count(up{cluster="${edge.name}"})`);
    const next = `kubectl --context ${edge.hub.cluster.context} --namespace heliograph-hub logs --selector app.kubernetes.io/name=mimir`;
    return {
      ok: targets > 0,
      detail:
        targets > 0 ? `${targets} targets in ${tenants.join("|")}` : `nothing of ${edge.name} in ${tenants.join("|")}`,
      next,
    };
  },
};
