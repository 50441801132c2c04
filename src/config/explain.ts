import { distance } from "fastest-levenshtein";
import { z } from "zod";
import type { Issue, IssuePath } from "@heliograph/heliograph";
import {
  detailsOf,
  DNS_LABEL_EXPECTED,
  expectationOf,
  type IssueDetails,
  RENAMED,
} from "@heliograph/heliograph/model";

type Path = readonly PropertyKey[];
type JsonSchema = { [key: string]: unknown };

/** Turns what zod found into issues: where, what was got, what is expected, what to paste. */
export function explain(schema: z.ZodType, value: unknown, error: z.ZodError): Issue[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  return error.issues.flatMap((issue) => {
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => unknownKey(root, value, issue.path, key));
      case "invalid_key":
        return [badName(issue.path)];
      case "invalid_union":
        // An unknown discriminator is reported at the discriminator; what to paste is the whole
        // object.
        return [
          wrongValue(root, value, "discriminator" in issue ? issue.path.slice(0, -1) : issue.path),
        ];
      default:
        return [wrongValue(root, value, issue.path, detailsOf(issue))];
    }
  });
}

function badName(path: Path): Issue {
  const name = String(path.at(-1));
  const fixed = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 40);
  return {
    path: issuePath(path),
    got: name,
    expected: DNS_LABEL_EXPECTED,
    lines: `# rename ${name} to ${fixed || "main"}`,
  };
}

function wrongValue(
  root: JsonSchema,
  value: unknown,
  path: Path,
  details: IssueDetails = {},
): Issue {
  const schema = schemaAt(root, value, path);
  const [example] = (schema["examples"] as unknown[] | undefined) ?? ["..."];
  return {
    path: issuePath(path),
    got: valueAt(value, path),
    expected: details.expected ?? expectationOf(schema),
    example: details.example ?? example,
  };
}

function unknownKey(root: JsonSchema, value: unknown, path: Path, key: string): Issue {
  const schema = schemaAt(root, value, path);
  const renamed = (schema[RENAMED] as Record<string, string> | undefined)?.[key];
  if (renamed !== undefined) {
    return {
      path: issuePath([...path, key]),
      got: valueAt(value, [...path, key]),
      expected: `its new name, \`${renamed}\``,
      example: valueAt(value, [...path, key]),
      exampleAt: issuePath([...path, renamed]),
    };
  }
  const known = Object.keys((schema["properties"] as object | undefined) ?? {});
  const near = known
    .filter((candidate) => distance(candidate, key) <= 3)
    .sort((a, b) => distance(a, key) - distance(b, key))[0];
  const got = valueAt(value, [...path, key]);
  const at = issuePath([...path, key]);
  return near
    ? {
        path: at,
        got,
        expected: `no such key; did you mean \`${near}\`?`,
        example: got,
        exampleAt: issuePath([...path, near]),
      }
    : {
        path: at,
        got,
        expected: `no such key; known here: ${known.join(", ")}`,
        lines: `# remove the key ${key}`,
      };
}

function issuePath(path: Path): IssuePath {
  return path.map((key) => (typeof key === "symbol" ? String(key) : key));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

/**
 * Walks the JSON Schema along a path; in a union, the branch whose constants (e.g. `provider`) the
 * value has.
 */
function schemaAt(root: JsonSchema, value: unknown, path: Path): JsonSchema {
  let schema = root;
  let here = value;
  for (const key of path) {
    const branch = chooseBranch(schema, here);
    const properties = branch["properties"] as Record<string, JsonSchema> | undefined;
    const next = properties?.[String(key)] ?? branch["additionalProperties"] ?? branch["items"];
    if (typeof next !== "object" || next === null) return branch;
    schema = next as JsonSchema;
    here = (here as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return schema["properties"] ? schema : { ...chooseBranch(schema, here), ...schema };
}

function chooseBranch(schema: JsonSchema, value: unknown): JsonSchema {
  const branches = (schema["oneOf"] ?? schema["anyOf"]) as JsonSchema[] | undefined;
  if (!branches) return schema;
  const fits = (branch: JsonSchema) =>
    Object.entries((branch["properties"] ?? {}) as Record<string, JsonSchema>).every(
      ([key, property]) =>
        !("const" in property) ||
        property["const"] === (value as Record<string, unknown> | undefined)?.[key],
    );
  return branches.find(fits) ?? schema;
}
