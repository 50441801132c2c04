import { plural } from "../../../../ui/text";
import { passed, pending, type Check } from "../../check";
import type { HubView } from "../../fleet";
import { mimirCommand } from "../../kubectl";
import { limitsBehind } from "../in-force";

export const limits: Check<HubView> = {
  name: "limits",
  proves: "the backends of every cell have the limits and retention in force that were deployed",
  next: (hub) => mimirCommand(hub, hub.cells[0] ?? "main", "logs --tail 20"),
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
