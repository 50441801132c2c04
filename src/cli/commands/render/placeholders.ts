import * as pulumi from "@pulumi/pulumi";
import {
  CLOUD_PLACEHOLDERS,
  dnsNamesOf,
  type EdgeIdentity,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  subjectOf,
} from "@heliograph/heliograph/model";

/** Outputs of other stacks by fully qualified name, for programs that refer to them. */
export type References = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly id?: string;
  readonly references: References;
}

interface State {
  id: string;
  state: Record<string, unknown>;
}

/** What a provider would have answered, as far as this program reads it. */
export async function stateOf({ type, name, inputs, id, references }: Resource): Promise<State> {
  const made = id || `${name}-id`;
  switch (type) {
    case "pulumi:pulumi:StackReference":
      return {
        id: made,
        state: { ...inputs, outputs: references[made] ?? {}, secretOutputNames: [] },
      };
    case "tls:index/privateKey:PrivateKey":
      return {
        id: made,
        state: { ...inputs, privateKeyPem: pulumi.secret(pem("EC PRIVATE KEY", name)) },
      };
    case "tls:index/certRequest:CertRequest":
      return {
        id: made,
        state: { ...inputs, certRequestPem: await requestFor(inputs as unknown as Asked) },
      };
    case "tls:index/selfSignedCert:SelfSignedCert":
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { id: made, state: { ...inputs, certPem: pem("CERTIFICATE", name) } };
    default:
      return { id: made, state: { ...inputs, ...CLOUD_PLACEHOLDERS[type]?.(inputs) } };
  }
}

/**
 * Stands where a key or a certificate will stand; equal in every run, so that renderings can be
 * compared.
 */
function pem(label: string, name: string): string {
  return `-----BEGIN ${label}-----\nrender: placeholder of ${name}\n-----END ${label}-----\n`;
}

interface Asked {
  readonly subject: Partial<ReturnType<typeof subjectOf>>;
  readonly dnsNames?: readonly string[];
}

/**
 * The request that an edge will make. It is a real one, with a key thrown away at once, because the
 * program reads requests before it signs them.
 */
export function placeholderRequest(identity: EdgeIdentity): Promise<string> {
  return requestFor({ subject: subjectOf(identity), dnsNames: dnsNamesOf(identity) });
}

async function requestFor({ subject, dnsNames = [] }: Asked): Promise<string> {
  const { organization, organizationalUnit, commonName } = subject;
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const attributes = { O: organization, OU: organizationalUnit, CN: commonName };
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: Object.entries(attributes).flatMap(([type, value]) =>
      value ? [{ [type]: [value] }] : [],
    ),
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    ...(dnsNames.length > 0 && {
      extensions: [
        new SubjectAlternativeNameExtension(
          dnsNames.map((value) => ({ type: "dns" as const, value })),
        ),
      ],
    }),
  });
  return request.toString("pem");
}
