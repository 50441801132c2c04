/**
 * A connection as the packet filter of a node sees it: who opened it, and where it really went,
 * behind services.
 */
export interface Connection {
  readonly protocol: "TCP" | "UDP";
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}

/**
 * Reads what `conntrack` prints, each connection once. A line has two tuples: what the source asked
 * for, and what answers look like; where a service stands in between, only the second one names the
 * pod that answers.
 */
export function parseConnections(printed: string): Connection[] {
  const found = new Map<string, Connection>();
  for (const line of printed.split("\n")) {
    const protocol = /\b(tcp|udp)\b/.exec(line)?.[1]?.toUpperCase() as
      Connection["protocol"] | undefined;
    const source = values(line, "src")[0];
    const destination = values(line, "src")[1];
    const port = values(line, "sport")[1];
    if (!protocol || !source || !destination || !port) continue;
    const connection = { protocol, source, destination, port: Number(port) };
    found.set(JSON.stringify(connection), connection);
  }
  return [...found.values()];
}

function values(line: string, key: "src" | "sport"): string[] {
  return [...line.matchAll(new RegExp(`\\b${key}=(\\S+)`, "g"))].map(([, value = ""]) => value);
}
