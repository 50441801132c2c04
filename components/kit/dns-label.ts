/**
 * Names of edges, tenants and cells: DNS labels, because they become subjects, object names, label
 * values and keys of case-insensitive maps.
 */
export const DNS_LABEL = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/;
export const DNS_LABEL_EXPECTED =
  "a DNS label: lower-case letters, digits and '-', at most 40 characters, starting with a letter";
