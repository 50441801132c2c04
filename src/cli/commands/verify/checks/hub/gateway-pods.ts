import { plural } from "../../../../ui/text";
import { failed, passed, type Check } from "../../check";
import type { HubView } from "../../fleet";
import { gatewayCommand } from "../../kubectl";

export function gatewayPods(replicas: number): Check<HubView> {
  return {
    name: "gateway pods",
    proves: "as many pods of the gateway are ready as there should be",
    next: (hub) => gatewayCommand(hub, "describe pods"),
    async run(hub) {
      const ready = (await hub.gateways()).length;
      if (ready < replicas) return failed(`${ready} of ${plural(replicas, "pod")} ready`);
      return passed(`${ready} ready`, `${ready} of ${replicas} ready`);
    },
  };
}
