import { readFile, writeFile } from "node:fs/promises";
import { inLines, textBlock, withChangedEntry } from "../../../config/edit";

/** Where an edge is queried in place, by name; undefined for those that send their metrics. */
export type QueryEndpoints = Readonly<Record<string, string | undefined>>;

/** Writes what edges say of themselves into the hub's stack file, where the hub reads it. */
export async function handOverRequests(
  file: string,
  requests: Readonly<Record<string, string>>,
  endpoints: QueryEndpoints,
): Promise<void> {
  await writeFile(file, withRequests(await readFile(file, "utf8"), requests, endpoints));
}

/** The stack file with `request` and `query` of `heliograph:hub.edges.<name>` set. Only the entries of these edges are written anew, with their comments. */
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
