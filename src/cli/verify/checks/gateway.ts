import { X509Certificate } from "node:crypto";
import { WRITE_PATHS } from "../../../../components/contract/hub";
import * as x509 from "../../../../components/kit/x509";
import { request, type Tls } from "../../clients/http";
import { remoteWrite } from "../../clients/remote-write";
import type { Check } from "../check";
import type { EdgeView } from "../fleet";

/** Retried by agents, so that nothing is lost while a certificate is mended. */
const REFUSED = 503;

export const gateway: Check = {
  name: "gateway",
  proves:
    "every pod of the gateway takes the edge's certificate, refuses others in a way that is retried, and answers no read",
  async run(edge) {
    const tls = await edge.tls();
    const anonymous = { serverName: tls.serverName, trust: tls.trust };
    const impostor = { ...anonymous, ...(await foreignIdentity(tls)) };
    const pods = await edge.hub.gateways();
    const wrong = (await Promise.all(pods.map((pod) => wrongAnswers(pod.write, { tls, anonymous, impostor })))).flat();
    if (wrong.length === 0) return { ok: true, detail: `${pods.length} pods take this certificate and no other` };
    return { ok: false, detail: wrong.join("; "), next: logsOf(edge) };
  },
};

async function wrongAnswers(port: number, { tls, anonymous, impostor }: Record<"tls" | "anonymous" | "impostor", Tls>) {
  const write = async (as: Tls) => (await remoteWrite({ port, tls: as }, [])).status;
  const answers = [
    { what: "the edge's certificate", wanted: "2xx", status: await write(tls) },
    { what: "no certificate", wanted: REFUSED, status: await write(anonymous) },
    { what: "the same subject signed by a foreign CA", wanted: REFUSED, status: await write(impostor) },
    { what: "a read", wanted: 405, status: (await request({ port, tls, path: WRITE_PATHS.metrics })).status },
    { what: "a query", wanted: 405, status: (await request({ port, tls, path: "/prometheus/api/v1/labels" })).status },
  ];
  return answers
    .filter(({ status, wanted }) => (wanted === "2xx" ? Math.floor(status / 100) !== 2 : status !== wanted))
    .map(({ what, status, wanted }) => `${what} is answered ${status} instead of ${wanted}`);
}

/** What an attacker can make alone: the edge's own subject, signed by nobody the hub knows. */
async function foreignIdentity({ certificate }: Tls): Promise<Pick<Tls, "certificate" | "key">> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  const name = new X509Certificate(certificate ?? "").subject.split("\n").join(",");
  const own = await x509.X509CertificateGenerator.createSelfSigned({ name, keys, signingAlgorithm: algorithm });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { certificate: own.toString("pem"), key: x509.PemConverter.encode(key, "PRIVATE KEY") };
}

function logsOf({ hub }: EdgeView): string {
  return `kubectl --context ${hub.cluster.context} --namespace heliograph-hub logs --selector app.kubernetes.io/name=gateway --all-containers`;
}
