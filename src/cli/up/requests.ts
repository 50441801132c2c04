import { readFile, writeFile } from "node:fs/promises";
import { Document, isMap, isScalar, parseDocument, Scalar, YAMLMap, type Pair, type ParsedNode } from "yaml";

/** Writes the requests of edges into the hub's stack file, where the hub reads them. */
export async function handOverRequests(file: string, requests: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(file, withRequests(await readFile(file, "utf8"), requests));
}

/** The stack file with `heliograph:hub.edges.<name>.request` set. Only the entries of these edges are written anew, with their comments. */
export function withRequests(stackFile: string, requests: Readonly<Record<string, string>>): string {
  return Object.entries(requests).reduce((text, [name, request]) => withRequest(text, name, request), stackFile);
}

function withRequest(text: string, name: string, request: string): string {
  const edges = parseDocument(text).getIn(["config", "heliograph:hub", "edges"]);
  const pair = isMap(edges) ? edges.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
  const key = pair?.key as ParsedNode | undefined;
  const entry = pair?.value;
  if (!key || !isMap(entry) || !entry.range) throw new Error(`no heliograph:hub.edges.${name} in the stack file`);

  const block = new Scalar(request);
  block.type = Scalar.BLOCK_LITERAL;
  entry.set("request", block);
  // A block of text cannot stand in a map that is written in one line; nor can the comment behind that line.
  if (entry.flow) {
    entry.flow = false;
    entry.commentBefore = entry.comment;
    entry.comment = undefined;
  }

  // What stands before the key stays where it is.
  key.commentBefore = undefined;
  key.spaceBefore = undefined;

  const [start] = key.range;
  const former = text.slice(start, entry.range[2]);
  const after = text.slice(entry.range[2]);
  const margin = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const lines = written(pair as Pair)
    .trimEnd()
    .replaceAll(/\n(?=.)/g, `\n${margin}`);
  const lineBreak = /\n\s*$/.exec(former)?.[0] ?? (after.startsWith("\n") ? "" : "\n");
  return text.slice(0, start) + lines + lineBreak + after;
}

function written(pair: Pair): string {
  const map = new YAMLMap();
  map.items.push(pair);
  return new Document(map).toString({ lineWidth: 0 });
}
