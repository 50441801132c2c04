import { readFile, writeFile } from "node:fs/promises";
import { Scalar } from "yaml";
import { inLines, withChangedEntry } from "../../config/edit";

/** Writes the requests of edges into the hub's stack file, where the hub reads them. */
export async function handOverRequests(file: string, requests: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(file, withRequests(await readFile(file, "utf8"), requests));
}

/** The stack file with `heliograph:hub.edges.<name>.request` set. Only the entries of these edges are written anew, with their comments. */
export function withRequests(stackFile: string, requests: Readonly<Record<string, string>>): string {
  return Object.entries(requests).reduce((text, [name, request]) => {
    const block = new Scalar(request);
    block.type = Scalar.BLOCK_LITERAL;
    return withChangedEntry(text, "edges", name, (entry) => {
      entry.set("request", block);
      inLines(entry);
    });
  }, stackFile);
}
