import { createHash } from "node:crypto";

/**
 * Short SHA-256 of a text: 16 hexadecimal digits tell configurations apart and fit into names and
 * labels.
 */
export function checksum(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest("hex").slice(0, 16);
}
