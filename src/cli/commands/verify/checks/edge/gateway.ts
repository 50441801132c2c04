import { WRITE_PATHS, type HubContract } from "../../../../../../components/contract/hub";
import { ORGANIZATION } from "../../../../../../components/contract/identity";
import { plural } from "../../../../ui/text";
import { request, type Response, type Tls } from "../../../../cluster/http";
import { remoteWrite } from "../../../../cluster/remote-write";
import { failed, passed, type Check } from "../../check";
import { gatewayTls, type EdgeView, type GatewayPod } from "../../fleet";
import { foreignIdentity } from "../../foreign";
import { gatewayCommand } from "../../kubectl";

export const gateway: Check<EdgeView> = {
  name: "gateway",
  proves:
    "every pod of the gateway takes the edge's certificate, refuses every other, and answers no read",
  next: ({ hub }) => gatewayCommand(hub, "logs --container nginx --tail 20"),
  async run({ name, entry, hub, tls }) {
    const own = await tls();
    const none = gatewayTls(hub);
    const { keyGeneration } = entry;
    const issuer = authorityName(hub.contract);
    const foreign = { ...none, ...(await foreignIdentity({ name, keyGeneration }, issuer)) };
    const pods = await hub.gateways();
    const wrong = (
      await Promise.all(pods.map((pod) => wrongAnswers(pod, { own, none, foreign })))
    ).flat();
    if (wrong.length > 0) return failed(wrong.join("; "));
    return passed(
      plural(pods.length, "pod"),
      `${plural(pods.length, "pod")}: this certificate and no other, no reads`,
    );
  },
};

/** Of the generation that signs. */
function authorityName({ authority }: HubContract): string {
  return `CN=Heliograph CA ${authority?.signing ?? 1}, O=${ORGANIZATION}`;
}

type Clients = Readonly<Record<"own" | "none" | "foreign", Tls>>;
type Probe = readonly [what: string, answer: Response, right: (status: number) => boolean];

/** Writes without a sample in them: nothing is stored, whoever is let in. */
async function wrongAnswers(
  { pod, write }: GatewayPod,
  { own, none, foreign }: Clients,
): Promise<string[]> {
  const writeAs = (tls: Tls) => remoteWrite({ ...write, tls }, []);
  const read = (path: string) => request({ ...write, tls: own, path });
  const probes = await Promise.all([
    probe("the edge's certificate", writeAs(own), isTaken),
    probe("no certificate", writeAs(none), isRefused),
    probe("the edge's subject signed by a foreign CA", writeAs(foreign), isRefused),
    probe("a read of the write path", read(WRITE_PATHS.metrics), isNoAnswer),
    probe("a query", read("/prometheus/api/v1/query?query=up"), isNoAnswer),
  ]);
  return probes
    .filter(([, { status }, right]) => !right(status))
    .map(
      ([what, { status, body }]) =>
        `${pod} answers ${status} to ${what}: ${body.trim().slice(0, 120)}`,
    );
}

async function probe(what: string, answer: Promise<Response>, right: Probe[2]): Promise<Probe> {
  return [what, await answer, right];
}

const isTaken = (status: number) => status >= 200 && status < 300;
/** Agents keep what is answered with 5xx and drop what is answered with 4xx: nobody's data is lost while a certificate is mended. */
const isRefused = (status: number) => status === 503;
const isNoAnswer = (status: number) => status >= 400;
