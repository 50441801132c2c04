import { plural } from "../../../ui/text";
import { type Check, passed, pending } from "../check";
import { type HubView, metricsCommand } from "../hub";
import { limitsBehind } from "./running-config";

export const limits: Check<HubView> = {
  name: "limits",
  proves: "the backends of every cell have the limits and retention in force that were deployed",
  next: (hub) => metricsCommand(hub, hub.cells[0] ?? "main", "logs --tail 20"),
  async run(hub) {
    const { tenants, cells } = hub;
    const behind = await Promise.all(
      cells.map(async (cell) =>
        (await limitsBehind(hub, cell)).map((line) => `cell ${cell}: ${line}`),
      ),
    );
    // Kubelet brings a changed ConfigMap into the pod within a minute or two, and backends look every 10 s.
    if (behind.flat().length > 0) return pending(behind.flat().join("; "));
    return passed(
      plural(tenants.length, "tenant"),
      `limits of ${plural(tenants.length, "tenant")} are in force`,
    );
  },
};
