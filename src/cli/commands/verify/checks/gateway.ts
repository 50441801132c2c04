import {
  type EdgeIdentity,
  type HubContract,
  ORGANIZATION,
  subjectOf,
  WRITE_PATHS,
  x509,
} from "@heliograph/heliograph/model";
import { plural } from "../../../ui/text";
import { request, type Response, type Tls } from "../../../cluster/http";
import { remoteWrite } from "../../../cluster/remote-write";
import { type Check, failed, passed } from "../check";
import type { EdgeView } from "../edge";
import { gatewayCommand, type GatewayPod, gatewayTls } from "../hub";
import { Failure } from "../../../ui/failure";

export const gateway: Check<EdgeView> = {
  name: "gateway",
  proves:
    "every pod of the gateway takes the edge's certificate, refuses every other, " +
    "and answers no read",
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
/**
 * Agents keep what is answered with 5xx and drop what is answered with 4xx: nobody's data is lost
 * while a certificate is replaced.
 */
const isRefused = (status: number) => status === 503;
const isNoAnswer = (status: number) => status >= 400;

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

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * The best that somebody can do who lacks the hub's CA: a certificate with the subject of an edge,
 * signed by a CA of their own under the name of the hub's.
 */
async function foreignIdentity(
  edge: EdgeIdentity,
  issuer: string,
): Promise<Required<Pick<Tls, "certificate" | "key">>> {
  const { organization, organizationalUnit, commonName } = subjectOf(edge);
  const [authority, leaf] = await Promise.all([generate(), generate()]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `O=${organization}, OU=${organizationalUnit}, CN=${commonName}`,
    issuer,
    publicKey: leaf.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", leaf.privateKey);
  return {
    certificate: certificate.toString("pem"),
    key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
  };
}

async function generate(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
}
