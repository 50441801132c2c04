import { code, table, value } from "./markdown";

/** The parts of JSON Schema that the schema of a stack file uses. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Key {
  readonly path: string;
  readonly types: readonly string[];
  readonly defaults: readonly string[];
  /** The forms of the object that have the key, and those of them that require it. */
  readonly forms: readonly (Variant | undefined)[];
  readonly requiring: readonly (Variant | undefined)[];
  /** Meanings, each with the variants of the object that it is for. */
  readonly meanings: ReadonlyMap<string, readonly Variant[]>;
}

/** One of several forms of an object, by the value that selects it: `provider: s3`. */
interface Variant {
  readonly selector: string;
  /** The number of forms that the object has. */
  readonly count: number;
}

/** The reference of all keys of a stack file. */
export function stackFileReference(stackFile: Schema, project: Schema): string {
  const sections = Object.entries(stackFile.properties?.["config"]?.properties ?? {});
  const shared = project.properties?.["config"]?.properties ?? {};
  return [
    "# Keys of a stack file",
    "",
    "This page lists all keys of a stack file. `npm run generate` generates it from the schemas with",
    "which the program checks a stack file. The first line of a stack file names the same schema for",
    "editors.",
    "",
    "In a key, `<name>` stands for a name that you choose, and `[]` for each item of a list.",
    "Every key that has no default and is not required may be left out.",
    "",
    ...sections.flatMap(([section, schema]) => [
      `## ${code(section)}`,
      "",
      ...(schema.description ? [`${sentence(schema.description)}`, ""] : []),
      ...keyTable(keysOf("", schema)),
      "",
    ]),
    "## Settings that all edges share, in `Pulumi.yaml`",
    "",
    "Pulumi passes the configuration of `Pulumi.yaml` to every stack. Keys of a stack file win.",
    "",
    ...Object.entries(shared).flatMap(([key, schema]) => [
      `${code(`${key}.value`)} takes these keys of ${code("heliograph:edge")}:`,
      ...list(Object.keys(schema.properties?.["value"]?.properties ?? {})),
    ]),
    "",
  ].join("\n");
}

function list(keys: readonly string[]): string[] {
  const lines: string[] = [];
  for (const key of keys.map(code)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}, ${key},`.length <= 100)
      lines[lines.length - 1] = `${last}, ${key}`;
    else lines.push(key);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line},` : `${line}.`));
}

function keyTable(keys: readonly Key[]): readonly string[] {
  return table(
    ["key", "type", "default", "meaning"],
    keys.map(({ path, types, defaults, forms, requiring, meanings }) => [
      code(path),
      types.join(" or "),
      [...defaults, ...requirement(forms, requiring)].join(", "),
      [...meanings].map(meaning).filter(Boolean).join(" "),
    ]),
  );
}

function requirement(forms: Key["forms"], requiring: Key["requiring"]): string[] {
  if (requiring.length === 0) return [];
  const selectors = requiring.flatMap((variant) => (variant ? [code(variant.selector)] : []));
  const isAlways = requiring.length === forms.length || selectors.length === 0;
  return [isAlways ? "required" : `required for ${selectors.join(", ")}`];
}

function meaning([text, variants]: readonly [string, readonly Variant[]]): string {
  const [first] = variants;
  const isForAll = !first || variants.length >= first.count;
  if (isForAll) return text;
  const selectors = variants.map(({ selector }) => code(selector)).join(", ");
  return `${text} For ${selectors}.`.trim();
}

/** All keys below a schema; variants of an object say for which of them their keys are. */
function keysOf(path: string, schema: Schema, variant?: Variant): Key[] {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(isObject);
  const known = new Map<string, Key>();
  const add = (key: Key) => {
    const former = known.get(key.path);
    known.set(key.path, former ? merged(former, key) : key);
  };
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const at = path === "" ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    add(keyOf(at, inner, required, variant));
    keysOf(at, inner, variant).forEach(add);
  }
  if (typeof schema.additionalProperties === "object" && schema.additionalProperties !== null) {
    const at = path === "" ? "<name>" : `${path}.<name>`;
    const inner = schema.additionalProperties;
    if (Object.keys(inner).length > 0) {
      if (!isObject(inner)) add(keyOf(at, inner, false, variant));
      keysOf(at, inner, variant).forEach(add);
    }
  }
  if (schema.items && isObject(schema.items))
    keysOf(`${path}[]`, schema.items, variant).forEach(add);
  for (const part of schema.allOf ?? []) keysOf(path, part, variant).forEach(add);
  for (const each of variants)
    keysOf(path, each, variantOf(each, variants.length) ?? variant).forEach(add);
  return [...known.values()];
}

function variantOf(schema: Schema, count: number): Variant | undefined {
  if (count < 2) return undefined;
  const [selector] = Object.entries(schema.properties ?? {}).filter(
    ([, { const: only }]) => only !== undefined,
  );
  return selector && { selector: `${selector[0]}: ${String(selector[1].const)}`, count };
}

function keyOf(path: string, schema: Schema, required: boolean, variant?: Variant): Key {
  const example = schema.examples?.[0];
  const isScalar = typeof example === "string" || typeof example === "number";
  const text = [
    sentence(schema.description ?? ""),
    isScalar && schema.enum === undefined ? `Example: ${value(example)}.` : "",
  ];
  const isSelector = schema.const !== undefined;
  return {
    path,
    types: [typeOf(schema)],
    defaults: schema.default === undefined ? [] : [value(schema.default)],
    forms: [variant],
    requiring: schema.default === undefined && required ? [variant] : [],
    meanings: new Map([[text.filter(Boolean).join(" "), variant && !isSelector ? [variant] : []]]),
  };
}

/** The same key of two variants: its types, defaults and meanings, each once. */
function merged(former: Key, key: Key): Key {
  const meanings = new Map(former.meanings);
  for (const [text, variants] of key.meanings)
    meanings.set(text, [...(meanings.get(text) ?? []), ...variants]);
  return {
    path: former.path,
    types: [...new Set([...former.types, ...key.types])],
    defaults: [...new Set([...former.defaults, ...key.defaults])],
    forms: [...former.forms, ...key.forms],
    requiring: [...former.requiring, ...key.requiring],
    meanings,
  };
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return value(schema.const);
  if (schema.enum) return schema.enum.map(value).join(", ");
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (variants.length > 0) return [...new Set(variants.map(typeOf))].join(" or ");
  switch (schema.type) {
    case "array":
      return `list of ${typeOf(schema.items ?? {})}`;
    case "integer":
    case "number":
      return `${schema.type === "integer" ? "whole number" : "number"}${rangeOf(schema)}`;
    case "boolean":
      return "`true`, `false`";
    case "object":
    case undefined:
      return "map";
    default:
      return "text";
  }
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const from = minimum ?? exclusiveMinimum;
  const isOpen = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  const noFrom = from === undefined || from <= Number.MIN_SAFE_INTEGER;
  if (noFrom) return isOpen ? "" : ` up to ${maximum}`;
  const word = minimum === undefined ? "above" : "from";
  return isOpen ? ` ${word} ${from}` : ` ${word} ${from} to ${maximum}`;
}

function isObject(schema: Schema): boolean {
  return (
    schema.type === "object" ||
    [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].some(isObject)
  );
}

function sentence(text: string): string {
  return text === "" || /[.!?:]$/.test(text) ? text : `${text}.`;
}
