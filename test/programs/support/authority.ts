import {
  createRequest,
  createSelfSigned,
  signRequest,
} from "../../../lab/plugins/tls/certificates";
import { generatePrivateKey, parsePrivateKey } from "../../../lab/plugins/tls/keys";
import { dnsNamesOf, subjectOf } from "../../../components/contract/identity";
import type { Credentials } from "./certificates";

const OPTIONS = { validityPeriodHours: 24, setSubjectKeyId: true };
const refuse = (what: string) => what;

/** A key with its request: what stays the same while certificates for it come and go. */
export interface Applicant {
  readonly key: string;
  readonly request: string;
  readonly uses: readonly ("client_auth" | "server_auth")[];
}

/**
 * A generation of the hub's CA, with certificates as the provider makes them: not the library's own
 * defaults, but the hub's.
 */
export interface Generation {
  readonly cert: string;
  /** Another certificate each time. */
  sign(applicant: Applicant): Promise<Credentials>;
}

export async function generation(number: number): Promise<Generation> {
  const key = await parsePrivateKey(generatePrivateKey().privateKeyPem, refuse);
  const subject = { commonName: `Heliograph CA ${number}`, organization: "heliograph" };
  const uses = ["cert_signing", "crl_signing", "digital_signature"] as const;
  const own = { ...OPTIONS, isCaCertificate: true, allowedUses: [...uses] };
  const ca = await createSelfSigned({ subject }, own, key);
  return {
    cert: ca.pem,
    async sign({ key: applicantKey, request, uses }) {
      const options = { ...OPTIONS, allowedUses: ["digital_signature" as const, ...uses] };
      return { cert: (await signRequest(request, ca.pem, key, options)).pem, key: applicantKey };
    },
  };
}

export async function edgeApplicant(name: string, keyGeneration = 1): Promise<Applicant> {
  return apply({ subject: subjectOf({ name, keyGeneration }) }, "client_auth");
}

/** One whose metrics stay with it. */
export async function queriedApplicant(name: string): Promise<Applicant> {
  const identity = { name, keyGeneration: 1, queried: true };
  return apply(
    { subject: subjectOf(identity), dnsNames: dnsNamesOf(identity) },
    "client_auth",
    "server_auth",
  );
}

/** Who queries them. */
export async function queryApplicant(): Promise<Applicant> {
  return apply(
    { subject: { commonName: "global-query", organization: "heliograph" } },
    "client_auth",
  );
}

export async function serverApplicant(): Promise<Applicant> {
  return apply({ subject: { commonName: "localhost" }, dnsNames: ["localhost"] }, "server_auth");
}

async function apply(
  names: Parameters<typeof createRequest>[0],
  ...uses: Applicant["uses"]
): Promise<Applicant> {
  const { privateKeyPem: key } = generatePrivateKey();
  return {
    key,
    request: (await createRequest(names, await parsePrivateKey(key, refuse))).pem,
    uses,
  };
}
