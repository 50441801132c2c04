import * as x509 from "../kit/x509";
import { distinguishedName, dnsNamesOf, subjectOf, type EdgeIdentity } from "../contract/identity";
import type { Problem } from "../kit/problems";

const P256 = "P-256";

/**
 * What is wrong with a certificate request, against what the inventory says of the edge. Signing takes subject, key and extensions from the
 * request, so the hub signs only a request that holds exactly what the inventory derives: nobody becomes another edge, or an authority, by asking.
 */
export function requestProblems(identity: EdgeIdentity, pem: string): Problem[] {
  const path = `certificate request of edge ${identity.name}`;
  const again = `# take the request from the edge's own stack:\nnpm run up ${identity.name}`;
  const parsed = parse(pem);
  if (!parsed) return [{ path, got: pem, expected: "a certificate request in PEM", paste: again }];

  const problems: Problem[] = [];
  const wanted = distinguishedName(identity);
  const found = subjectName(parsed);
  if (!sameSubject(parsed, identity)) {
    problems.push({
      path,
      got: `a request with subject ${found}`,
      expected: `subject ${wanted}: edge ${identity.name} with its key generation ${identity.keyGeneration}`,
      paste: again,
    });
  }
  const algorithm = parsed.publicKey.algorithm as { name: string; namedCurve?: string };
  if (algorithm.name !== "ECDSA" || algorithm.namedCurve !== P256) {
    problems.push({
      path,
      got: `a ${[algorithm.name, algorithm.namedCurve].filter(Boolean).join(" ")} key`,
      expected: `an ECDSA ${P256} key`,
      paste: again,
    });
  }
  const wishes = parsed.extensions.map(wishOf).join("; ");
  if (wishes !== dnsNamesOf(identity).map(wishFor).join("; ")) {
    problems.push({
      path,
      got: wishes ? `a request for extensions: ${wishes}` : "a request without extensions",
      expected: identity.queried
        ? `${dnsNamesOf(identity).map(wishFor)}, since the hub queries the edge in place, and nothing else`
        : "no extension: an edge that is not queried in place has no alternative name, and none is an authority",
      paste: again,
    });
  }
  return problems;
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
