import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { labelsOf } from "../../../../../components/contract/hub";
import { remoteWrite } from "../../../clients/remote-write";
import { failed, passed, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { gatewayCommand, mimirCommand } from "../../kubectl";

const NAME = "heliograph_verify";

/** `readableSeconds`: a sample can be read as soon as the write was answered; this is for a Mimir that is busy. */
export function sample(readableSeconds = 20): Check<EdgeView> {
  return {
    name: "sample",
    proves: "a sample written with the edge's certificate is read back through its tenant, and through no other",
    next: ({ hub, entry }) => mimirCommand(hub, entry.cell, "logs --tail 20"),
    async run(edge) {
      const { tenant, cell } = edge.entry;
      const written = await writeSample(edge);
      if ("refused" in written) return failed(written.refused);
      const deadline = Date.now() + readableSeconds * 1000;
      let found = await findSample(edge, written);
      while (!found.own && found.others.length === 0 && Date.now() < deadline) {
        await pause(500);
        found = await findSample(edge, written);
      }
      if (found.others.length > 0) {
        const where = found.others.map((place) => `tenant ${place.tenant} of cell ${place.cell}`).join(", ");
        return failed(
          `what edge ${edge.name} writes is read in ${where}; its tenant is ${tenant} of cell ${cell}`,
          gatewayCommand(edge.hub, "get configmaps --output yaml"),
        );
      }
      if (!found.own)
        return failed(`the write was taken, but tenant ${tenant} does not have the sample after ${readableSeconds} s`);
      const seconds = found.afterSeconds.toFixed(1);
      const others = otherPlaces(edge).length;
      return passed(
        `${seconds} s`,
        `read back from tenant ${tenant} after ${seconds} s, from none of ${others} others`,
      );
    },
  };
}

interface Place {
  readonly tenant: string;
  readonly cell: string;
}

/** Every tenant in every cell, but the edge's own: also its own tenant in a cell where its data does not belong. */
function otherPlaces({ entry, hub }: EdgeView): Place[] {
  return hub.cells
    .flatMap((cell) => hub.tenants.map((tenant) => ({ tenant, cell })))
    .filter(({ tenant, cell }) => tenant !== entry.tenant || cell !== entry.cell);
}

interface Sample {
  readonly probe: string;
  /** Its time. */
  readonly seconds: number;
}

/** Writes one sample, and asks for another tenant by the header that the gateway has to overwrite. */
async function writeSample({ name, entry, hub, tls }: EdgeView): Promise<Sample | { readonly refused: string }> {
  const [pod] = await hub.gateways();
  if (!pod) throw new Error("the list of ready gateway pods is never empty");
  const probe = randomUUID();
  const milliseconds = Date.now();
  const labels = { __name__: NAME, probe, ...labelsOf(name, entry) };
  const forged = hub.tenants.find((tenant) => tenant !== entry.tenant);
  const headers = forged === undefined ? undefined : { "x-scope-orgid": forged };
  const target = { ...pod.write, tls: await tls(), headers };
  const { status, body } = await remoteWrite(target, [{ labels, samples: [[1, milliseconds]] }]);
  if (status >= 300) return { refused: `${pod.pod} answers ${status} to the write: ${body.trim().slice(0, 200)}` };
  return { probe, seconds: milliseconds / 1000 };
}

/** Looks into the edge's own tenant, and then into all others, one by one. */
async function findSample(edge: EdgeView, { probe, seconds }: Sample) {
  const isIn = async ({ tenant, cell }: Place) =>
    (await (await edge.hub.mimir(cell)).number([tenant], `count(${NAME}{probe="${probe}"})`, seconds)) > 0;
  const own = await isIn(edge.entry);
  const afterSeconds = Date.now() / 1000 - seconds;
  const others: Place[] = [];
  for (const place of otherPlaces(edge)) if (await isIn(place)) others.push(place);
  return { own, afterSeconds, others };
}
