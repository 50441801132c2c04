import { request } from "../../../../cluster/http";
import { failed, passed, warning, type Check } from "../../check";
import { gatewayTls, type HubView } from "../../fleet";
import { daysLeft, thresholdsOf } from "../../validity";

export const gatewayCertificate: Check<HubView> = {
  name: "gateway certificate",
  proves:
    "every pod of the gateway shows a certificate for the name that edges know, signed by the hub, and it lasts",
  next: ({ stack }) => `npm run up -- ${stack}`,
  async run(hub) {
    const tls = gatewayTls(hub);
    // Name and signature are checked while connecting, against the trust bundle that edges have.
    const pods = await hub.gateways();
    const answers = await Promise.all(
      pods.map(({ write }) => request({ ...write, tls, path: "/" })),
    );
    const days = answers.flatMap(({ serverCertificate }) =>
      serverCertificate ? [daysLeft(serverCertificate, new Date())] : [],
    );
    const fewest = Math.min(...days);
    const { renewal, alarm } = thresholdsOf(hub.contract);
    if (fewest <= alarm)
      return failed(`the certificate for ${tls.serverName} expires in ${fewest} days`);
    const detail = `for ${tls.serverName}, ${fewest} days left`;
    if (fewest < renewal)
      return warning(`${fewest} days`, `${detail}: the next update of the hub renews it`);
    return passed(`${fewest} days`, detail);
  },
};
