import { randomUUID } from "node:crypto";
import { labelsOf } from "../../../../components/contract/hub";
import { remoteWrite } from "../../clients/remote-write";
import { eventually, type Check } from "../check";

const SERIES = "heliograph_verify";

export const roundTrip: Check = {
  name: "round trip",
  proves: "a sample written with the edge's certificate is read back through its tenant, and through no other",
  async run(edge) {
    const [gatewayPod] = await edge.hub.gateways();
    const mimir = await edge.mimir();
    const probe = randomUUID();
    const labels = { __name__: SERIES, probe, ...labelsOf(edge.name, edge.entry) };
    const written = Date.now();
    const target = { port: gatewayPod?.write ?? 0, tls: await edge.tls() };
    const { status, body } = await remoteWrite(target, [{ labels, samples: [[1, written]] }]);
    if (status >= 300)
      return { ok: false, detail: `the gateway answers ${status}: ${body.trim().slice(0, 120)}`, next: LIMITS };

    const found = (tenant: string) => mimir.number([tenant], `count(${SERIES}{probe="${probe}"})`);
    const own = await eventually(20, async () => ({ ok: (await found(edge.entry.tenant)) === 1, detail: "" }));
    if (!own.ok) return { ok: false, detail: `not found in tenant ${edge.entry.tenant} after 20 s`, next: LIMITS };
    const seconds = ((Date.now() - written) / 1000).toFixed(1);

    const others = edge.hub.tenantsOf(edge.entry.cell).filter((tenant) => tenant !== edge.entry.tenant);
    const strangers = (
      await Promise.all(others.map(async (tenant) => ((await found(tenant)) > 0 ? [tenant] : [])))
    ).flat();
    if (strangers.length > 0) {
      return {
        ok: false,
        detail: `tenant ${strangers.join(", ")} sees data of ${edge.entry.tenant}`,
        next: "Stop writing; look at the gateway's map.",
      };
    }
    return { ok: true, detail: `tenant ${edge.entry.tenant} after ${seconds} s, none of ${others.length} others` };
  },
};

const LIMITS = "kubectl --namespace heliograph-hub logs --selector app.kubernetes.io/name=mimir";
