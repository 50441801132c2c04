import { plural } from "../../../../ui/text";
import { failed, passed, pending, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { mimirCommand } from "../../kubectl";
import { isStarting } from "../../starting";

export const allTenants: Check<EdgeView> = {
  name: "all tenants",
  proves: "one query over all tenants of the cell sees the edge, in its own tenant only",
  next: ({ hub, entry }) => mimirCommand(hub, entry.cell, "logs --tail 20"),
  async run(edge) {
    const { name, entry, hub } = edge;
    const tenants = hub.tenantsOf(entry.cell);
    const mimir = await hub.mimir(entry.cell, "allReads");
    // The label is Mimir's, and only there when several tenants were asked.
    const seen = await mimir.query(tenants, `count by (__tenant_id__) (up{cluster="${name}"})`);
    const where = seen.map(({ labels }) => labels["__tenant_id__"] ?? tenants.join());
    const over = plural(tenants.length, "tenant");
    if (where.length === 0) {
      const detail = `a query over ${over} (${tenants.join("|")}) finds nothing of cluster ${name}`;
      return (await isStarting(edge)) ? pending(detail) : failed(detail);
    }
    if (where.join() !== entry.tenant)
      return failed(`cluster ${name} is seen in tenant ${where.join(" and ")}`);
    const targets = plural(seen[0]?.value ?? 0, "target");
    return passed(targets, `${targets} seen by a query over ${over}`);
  },
};
