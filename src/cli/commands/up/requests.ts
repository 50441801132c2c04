import { readFile, writeFile } from "node:fs/promises";
import { inLines, textBlock, withChangedEntry } from "../../../config/edit";

/**
 * Host and port at which an edge is queried, by its name; undefined for edges that send their
 * metrics.
 */
export type QueryEndpoints = Readonly<Record<string, string | undefined>>;

/** Copies requests and query endpoints of edges into the hub's stack file. */
export async function copyRequests(
  file: string,
  requests: Readonly<Record<string, string>>,
  endpoints: QueryEndpoints,
): Promise<void> {
  await writeFile(file, withRequests(await readFile(file, "utf8"), requests, endpoints));
}

/**
 * The stack file with `request` and `query` of `heliograph:hub.edges.<name>` set. Only the entries
 * of these edges are rewritten; they keep their comments.
 */
export function withRequests(
  stackFile: string,
  requests: Readonly<Record<string, string>>,
  endpoints: QueryEndpoints = {},
): string {
  return Object.entries(requests).reduce((text, [name, request]) => {
    return withChangedEntry(text, "edges", name, (entry) => {
      const endpoint = endpoints[name];
      if (endpoint === undefined) entry.delete("query");
      else entry.set("query", endpoint);
      entry.set("request", textBlock(request));
      inLines(entry);
    });
  }, stackFile);
}
