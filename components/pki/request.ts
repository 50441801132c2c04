import * as x509 from "../kit/x509";
import { distinguishedName, dnsNamesOf, subjectOf, type EdgeIdentity } from "../contract/identity";
import type { Issue } from "../kit/issues";

const P256 = "P-256";

/**
 * What is wrong with a certificate request, compared with the inventory's entry of the edge.
 * Signing takes subject, key and extensions from the request, so the hub signs only a request that
 * holds exactly what the inventory derives: nobody becomes another edge, or an authority, by
 * asking. Paths start at the request.
 */
export function requestIssues(identity: EdgeIdentity, pem: string): Issue[] {
  const lines = "// the request that the edge's own stack makes: output `request` of its MtlsPki";
  const issue = (got: string, expected: string): Issue => ({ path: [], got, expected, lines });
  const of = `of edge ${identity.name}`;
  const parsed = parse(pem);
  if (!parsed) return [issue(pem, `a certificate request ${of} in PEM`)];

  const issues: Issue[] = [];
  const wanted = distinguishedName(identity);
  const found = subjectName(parsed);
  if (!sameSubject(parsed, identity)) {
    issues.push(
      issue(
        `a request with subject ${found}`,
        `subject ${wanted}: edge ${identity.name} with its key generation ${identity.keyGeneration}`,
      ),
    );
  }
  const algorithm = parsed.publicKey.algorithm as { name: string; namedCurve?: string };
  if (algorithm.name !== "ECDSA" || algorithm.namedCurve !== P256) {
    const key = [algorithm.name, algorithm.namedCurve].filter(Boolean).join(" ");
    issues.push(issue(`a ${key} key`, `an ECDSA ${P256} key ${of}`));
  }
  const wishes = parsed.extensions.map(wishOf).join("; ");
  if (wishes !== dnsNamesOf(identity).map(wishFor).join("; ")) {
    const names = dnsNamesOf(identity).map(wishFor).join("; ");
    issues.push(
      issue(
        wishes ? `a request for extensions: ${wishes}` : "a request without extensions",
        identity.queried
          ? `${names}, since the hub queries edge ${identity.name} where it is, and nothing else`
          : `no extension: edge ${identity.name} is not queried where it is and has no ` +
              "alternative name, and no edge is an authority",
      ),
    );
  }
  return issues;
}

const wishFor = (name: string) => `the name ${name}`;

/** An alternative name by itself, everything else by its number. */
function wishOf(extension: x509.Extension): string {
  if (!(extension instanceof x509.SubjectAlternativeNameExtension)) return extension.type;
  return extension.names.items
    .map(({ type, value }) => (type === "dns" ? wishFor(value) : `${type} ${value}`))
    .join("; ");
}

function parse(pem: string): x509.Pkcs10CertificateRequest | undefined {
  try {
    return new x509.Pkcs10CertificateRequest(pem);
  } catch {
    return undefined;
  }
}

/** Every attribute once, in any order (encoders differ), and none besides. */
function sameSubject(request: x509.Pkcs10CertificateRequest, identity: EdgeIdentity): boolean {
  const { organization, organizationalUnit, commonName } = subjectOf(identity);
  const wanted = [`CN=${commonName}`, `O=${organization}`, `OU=${organizationalUnit}`];
  return attributes(request).sort().join("\n") === wanted.sort().join("\n");
}

function subjectName(request: x509.Pkcs10CertificateRequest): string {
  return attributes(request).reverse().join(",") || "(empty)";
}

function attributes(request: x509.Pkcs10CertificateRequest): string[] {
  return request.subjectName
    .toJSON()
    .flatMap((relative) =>
      Object.entries(relative).flatMap(([type, values]) =>
        values.map((value) => `${type}=${value}`),
      ),
    );
}
