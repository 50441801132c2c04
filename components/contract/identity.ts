/**
 * How a client certificate names an edge. The hub signs exactly these subjects, the gateway maps
 * exactly these subjects to tenants. The key generation is part of the subject, so that a leaked
 * key is shut out by raising one number in the inventory.
 */
export interface EdgeIdentity {
  readonly name: string;
  /** Counts the keys an edge has had, from 1. */
  readonly keyGeneration: number;
  /**
   * Whether the hub queries it in place: its certificate then also holds the name of its endpoint.
   * Defaults to false.
   */
  readonly queried?: boolean;
}

export const ORGANIZATION = "heliograph";

/** Subject attributes in the order in which they are written into the request. */
export function subjectOf({ name, keyGeneration }: EdgeIdentity) {
  return {
    organization: ORGANIZATION,
    organizationalUnit: `key-${keyGeneration}`,
    commonName: name,
  };
}

/**
 * The name of an edge's query endpoint, whatever its address: its certificate holds it, and the hub
 * expects it. Nothing resolves it.
 */
export function queryServerName(edge: string): string {
  return `${edge}.edges.heliograph`;
}

/** All that the certificate of an edge says beside its subject. */
export function dnsNamesOf({ name, queried }: EdgeIdentity): string[] {
  return queried ? [queryServerName(name)] : [];
}

/**
 * The subject as RFC 2253 prints it (last attribute first), which is what NGINX gives as
 * `$ssl_client_s_dn`.
 */
export function distinguishedName(identity: EdgeIdentity): string {
  const { organization, organizationalUnit, commonName } = subjectOf(identity);
  return `CN=${commonName},OU=${organizationalUnit},O=${organization}`;
}
