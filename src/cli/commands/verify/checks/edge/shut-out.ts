import { Failure } from "../../../../ui/failure";
import { plural } from "../../../../ui/text";
import { remoteWrite } from "../../../../cluster/remote-write";
import { failed, passed, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { gatewayCommand } from "../../kubectl";

const REFUSED = 503;

/** The one check of a revoked edge. */
export const shutOut: Check<EdgeView> = {
  name: "gateway",
  proves: "no pod of the gateway takes the certificate of the revoked edge",
  next: ({ hub }) => gatewayCommand(hub, "logs --container reloader --tail 20"),
  async run({ tls, hub }) {
    const own = await tls().catch((error: unknown) => {
      if (error instanceof Failure) return undefined;
      throw error;
    });
    // The cluster may be gone, or in the hands of somebody else: that is what revoking is for.
    if (!own) return passed("revoked", "revoked; its certificate could not be had to try it");
    const pods = await hub.gateways();
    const answers = await Promise.all(
      pods.map(({ write }) => remoteWrite({ ...write, tls: own }, [])),
    );
    const taking = pods
      .filter((_, index) => answers[index]?.status !== REFUSED)
      .map(({ pod }) => pod);
    if (taking.length > 0)
      return failed(`the revoked certificate is not refused by ${taking.join(", ")}`);
    return passed(
      "refused",
      `revoked: ${plural(pods.length, "pod")} of the gateway refuse its certificate`,
    );
  },
};
