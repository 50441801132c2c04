import {
  Document,
  isMap,
  isNode,
  isScalar,
  parseDocument,
  Scalar,
  YAMLMap,
  type Pair,
  type ParsedNode,
} from "yaml";
import { NAMESPACE } from "./notation";

/** Keys that lead to a value of a stack file, from its top. */
type KeyPath = readonly string[];

/** A stack file whose values change while its comments and the order of its keys stay. */
interface OpenStackFile {
  /** A value as plain data; undefined where there is none. */
  get(path: KeyPath): unknown;
  /** Sets a value; undefined removes its key. */
  set(path: KeyPath, value: unknown): void;
}

/** The text of a stack file after `change`. Everything else keeps its value and its comments. */
export function edited(text: string, change: (file: OpenStackFile) => void): string {
  const document = parseDocument(text);
  change({
    get(path) {
      const node = document.getIn(path);
      return isNode(node) ? node.toJS(document) : node;
    },
    set(path, value) {
      if (value === undefined) document.deleteIn(path);
      else document.setIn(path, typeof value === "object" ? document.createNode(value) : value);
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Text of several lines, written as a block. */
export function textBlock(text: string): Scalar {
  const block = new Scalar(text);
  block.type = Scalar.BLOCK_LITERAL;
  return block;
}

/** The parts of the hub's section that commands change, each a map by name. */
type Inventory = "tenants" | "edges";

const at = (kind: Inventory) => ["config", `${NAMESPACE}:hub`, kind];

/**
 * The hub's stack file with one entry more, in one line. Everything else stays as it was, byte for
 * byte.
 */
export function withEntry(text: string, kind: Inventory, name: string, entry: object): string {
  const document = parseDocument(text);
  const map = document.getIn(at(kind));
  const last = isMap(map) && !map.flow ? map.items.at(-1) : undefined;
  if (!last) {
    // Nothing stands there in lines of its own that the new one could be put behind.
    if (!isMap(map)) document.setIn(at(kind), document.createNode({}));
    document.setIn([...at(kind), name], inOneLine(entry).contents);
    const parent = document.getIn(at(kind));
    if (isMap(parent)) parent.flow = false;
    return document.toString({ lineWidth: 0 });
  }
  const [start] = (last.key as ParsedNode).range;
  const end = ((last.value ?? last.key) as ParsedNode).range[1];
  const lineEnd = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
  const before = lineEnd < 0 ? `${text}\n` : text.slice(0, lineEnd + 1);
  return `${before}${marginAt(text, start)}${name}: ${inOneLine(entry).toString({ lineWidth: 0 }).trimEnd()}\n${text.slice(before.length)}`;
}

/**
 * The hub's stack file with one entry changed. Only that entry is written anew, with its comments.
 */
export function withChangedEntry(
  text: string,
  kind: Inventory,
  name: string,
  change: (entry: YAMLMap) => void,
): string {
  const map = parseDocument(text).getIn(at(kind));
  const pair = isMap(map)
    ? map.items.find(({ key }) => isScalar(key) && key.value === name)
    : undefined;
  const key = pair?.key as ParsedNode | undefined;
  const entry = pair?.value;
  if (!key || !isMap(entry) || !entry.range)
    throw new Error(`no ${NAMESPACE}:hub.${kind}.${name} in the stack file`);
  change(entry);

  // What stands before the key stays where it is.
  key.commentBefore = undefined;
  key.spaceBefore = undefined;

  const [start] = key.range;
  const former = text.slice(start, entry.range[2]);
  const after = text.slice(entry.range[2]);
  const lines = written(pair as Pair)
    .trimEnd()
    .replaceAll(/\n(?=.)/g, `\n${marginAt(text, start)}`);
  const lineBreak = /\n\s*$/.exec(former)?.[0] ?? (after.startsWith("\n") ? "" : "\n");
  return text.slice(0, start) + lines + lineBreak + after;
}

/**
 * One line for each key: a map in one line can hold no block of text, nor the comment behind it.
 */
export function inLines(entry: YAMLMap): void {
  if (!entry.flow) return;
  entry.flow = false;
  entry.commentBefore = entry.comment;
  entry.comment = undefined;
}

function inOneLine(value: object): Document {
  const document = new Document(value);
  if (isMap(document.contents)) document.contents.flow = true;
  return document;
}

function marginAt(text: string, offset: number): string {
  return " ".repeat(offset - (text.lastIndexOf("\n", offset - 1) + 1));
}

function written(pair: Pair): string {
  const map = new YAMLMap();
  map.items.push(pair);
  return new Document(map).toString({ lineWidth: 0 });
}
