/**
 * An address that a program calls: no spaces or quotes, which would end it in a file or on a
 * command line.
 */
export const CALLED_URL = /^https?:\/\/[^\s"'\\]+$/;
export const CALLED_URL_EXPECTED = "an address that starts with https:// or http://";

const PORTS: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };

/** The port that is connected to. Throws on what is no address, which may be secret, without it. */
export function portOf(url: string): number {
  if (!URL.canParse(url)) throw new Error(`no port is known: expected ${CALLED_URL_EXPECTED}`);
  const { port, protocol } = new URL(url);
  return Number(port || PORTS[protocol]);
}

/** Parts of `host:port`. */
export function hostAndPort(endpoint: string): { readonly host: string; readonly port: number } {
  const [host = "", port] = endpoint.split(":");
  return { host, port: Number(port) };
}

export const ALERTMANAGER_EXPECTED =
  "an address without user or query, e.g. http://alertmanager.monitoring:9093";

/** Several are joined by commas. A password in one would be readable in a ConfigMap. */
export const ALERTMANAGER = /^https?:\/\/[-.a-zA-Z0-9]+(:\d{1,5})?(\/[-\w./]*)?$/;
