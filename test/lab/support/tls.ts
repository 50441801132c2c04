/** The `tls` stand-in, driven without an engine. */
import { TlsProvider } from "../../../lab/plugins/tls/provider";
import { reveal } from "../../../lab/plugins/rpc/values";
import type { PropertyMap } from "../../../lab/plugins/rpc/values";

export const types = {
  privateKey: "tls:index/privateKey:PrivateKey",
  certRequest: "tls:index/certRequest:CertRequest",
  selfSignedCert: "tls:index/selfSignedCert:SelfSignedCert",
  locallySignedCert: "tls:index/locallySignedCert:LocallySignedCert",
} as const;

export function check(type: string, news: PropertyMap) {
  const request = { urn: "", name: "x", olds: {}, proposedName: "", autonamingDisabled: false };
  return new TlsProvider().check({ ...request, type, news, randomSeed: new Uint8Array() });
}

export function create(type: string, inputs: PropertyMap, preview = false) {
  return new TlsProvider().create({ urn: "", type, inputs, preview, timeoutSeconds: 0 });
}

/** The outputs of a new resource, secrets revealed. */
export async function made(type: string, inputs: PropertyMap): Promise<Record<string, string>> {
  return reveal((await create(type, inputs)).state) as Record<string, string>;
}

export function newKey() {
  return made(types.privateKey, { algorithm: "ECDSA", ecdsaCurve: "P256" });
}

export interface Authority {
  caCertPem: string;
  caPrivateKeyPem: string;
}

export async function newAuthority(commonName = "Heliograph CA"): Promise<Authority> {
  const { privateKeyPem = "" } = await newKey();
  const authority = await made(types.selfSignedCert, {
    privateKeyPem,
    subject: { commonName, organization: "heliograph" },
    allowedUses: ["cert_signing", "crl_signing"],
    validityPeriodHours: 87600,
    isCaCertificate: true,
  });
  return { caCertPem: authority["certPem"]!, caPrivateKeyPem: privateKeyPem };
}
