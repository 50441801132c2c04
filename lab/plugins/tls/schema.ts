/**
 * The inputs of the four resources: their types, what is allowed, and what this stand-in leaves
 * out.
 */
import { z } from "zod";

export const keyUsages = {
  digital_signature: 1,
  content_commitment: 2,
  key_encipherment: 4,
  data_encipherment: 8,
  key_agreement: 16,
  cert_signing: 32,
  crl_signing: 64,
  encipher_only: 128,
  decipher_only: 256,
} as const;

export const extendedKeyUsages = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
} as const;

const usage = z.enum([
  ...(Object.keys(keyUsages) as (keyof typeof keyUsages)[]),
  ...(Object.keys(extendedKeyUsages) as (keyof typeof extendedKeyUsages)[]),
]);
const wholeHours = z.number().int().min(0);

const subject = z.strictObject({
  country: z.string().optional(),
  organization: z.string().optional(),
  organizationalUnit: z.string().optional(),
  locality: z.string().optional(),
  province: z.string().optional(),
  streetAddresses: z.array(z.string()).optional(),
  postalCode: z.string().optional(),
  commonName: z.string().optional(),
  serialNumber: z.string().optional(),
  emailAddress: z.string().optional(),
});
export type Subject = z.infer<typeof subject>;

const names = {
  subject: subject.optional(),
  dnsNames: z.array(z.string()).optional(),
  ipAddresses: z.array(z.union([z.ipv4(), z.ipv6()])).optional(),
  uris: z.array(z.url()).optional(),
};
export type Names = Pick<z.infer<z.ZodObject<typeof names>>, keyof typeof names>;

const certificate = {
  allowedUses: z.array(usage),
  validityPeriodHours: wholeHours,
  earlyRenewalHours: wholeHours.optional(),
  isCaCertificate: z.boolean().optional(),
  maxPathLength: z.number().int().min(-1).optional(),
  setSubjectKeyId: z.boolean().optional(),
};
export type CertificateOptions = z.infer<z.ZodObject<typeof certificate>>;

export const privateKeySchema = z.strictObject({
  algorithm: z.literal("ECDSA"),
  ecdsaCurve: z.literal("P256"),
  rsaBits: z.number().optional(),
});
export const certRequestSchema = z.strictObject({ privateKeyPem: z.string(), ...names });
export const selfSignedCertSchema = z.strictObject({
  privateKeyPem: z.string(),
  ...names,
  ...certificate,
  setAuthorityKeyId: z.boolean().optional(),
});
export const locallySignedCertSchema = z.strictObject({
  caCertPem: z.string(),
  caPrivateKeyPem: z.string(),
  certRequestPem: z.string(),
  ...certificate,
});
