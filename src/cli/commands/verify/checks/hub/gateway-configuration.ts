import { passed, pending, type Check } from "../../check";
import type { HubView } from "../../fleet";
import { gatewayCommand } from "../../kubectl";
import { gatewayComparison } from "../in-force";

export const gatewayConfiguration: Check<HubView> = {
  name: "gateway configuration",
  proves: "every pod of the gateway runs the configuration that was deployed",
  next: (hub) => gatewayCommand(hub, "logs --container reloader --tail 20"),
  async run(hub) {
    const { intended, behind } = await gatewayComparison(hub);
    // Kubelet brings a changed ConfigMap into the pods within a minute or two, and the reloader looks every 5 s.
    if (behind.length > 0) return pending(behind.join("; "));
    return passed(intended.slice(0, 8), `every pod runs ${intended}, as deployed`);
  },
};
