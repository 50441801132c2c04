import type { z } from "zod";
import { exampleOf, fieldIssues } from "../kit/fields";
import { under, type Issue } from "../kit/issues";
import { UNKNOWN } from "../kit/unknown";
import type { Cloud, Section, SectionName, Values } from "./cloud";

/**
 * Everything that is wrong with a cloud's arguments: exactly one section has to be given, and to be
 * right.
 */
export function cloudIssues(
  cloud: Cloud,
  sections: { readonly [K in SectionName]?: Values },
  retentionDays?: number,
): Issue[] {
  const { existing, create } = sections;
  const name = existing ? "existing" : "create";
  if (!existing === !create) return [notOneSection(cloud, existing !== undefined)];
  return under([name], sectionIssues(cloud, name, (existing ?? create)!, retentionDays));
}

export function notOneSection({ existing }: Cloud, both: boolean): Issue {
  return {
    path: ["existing, create"],
    got: both ? "both" : undefined,
    expected: "exactly one: existing for a bucket that is there, create for one to make",
    ...(both
      ? { exampleAt: ["existing, or create"] }
      : { exampleAt: ["existing"], example: sectionExample(existing) }),
  };
}

/** Everything that is wrong with a section's values. `retentionDays`: of what is stored there. */
export function sectionIssues(
  cloud: Cloud,
  name: SectionName,
  values: Values,
  retentionDays?: number,
): Issue[] {
  const section = cloud[name];
  const fields = Object.entries(section.fields).flatMap(([field, schema]) =>
    issuesOf(section, field, schema, values[field]),
  );
  return [
    ...fields,
    ...(fields.length > 0 ? [] : contradictions(section, values, retentionDays)),
    ...unknownFields(cloud, name, values),
  ];
}

/** Issues of values that are each well-formed. */
export function contradictions(
  section: Section,
  values: Values,
  retentionDays: number | undefined,
): Issue[] {
  return [...identityIssues(section, values), ...(section.check?.(values, retentionDays) ?? [])];
}

/** A secret value is not shown. */
function issuesOf(section: Section, field: string, schema: z.ZodType, value: unknown): Issue[] {
  if (value === UNKNOWN) return [];
  const issues = fieldIssues(schema, [field], value);
  if (!section.secret?.includes(field)) return issues;
  return issues.map((issue) => ({ ...issue, got: hidden(value) }));
}

function unknownFields(cloud: Cloud, name: SectionName, values: Values): Issue[] {
  const other = cloud[name === "create" ? "existing" : "create"];
  return Object.keys(values)
    .filter((field) => values[field] !== undefined && !(field in cloud[name].fields))
    .map((field) => {
      const where = field in other.fields ? ` in ${name}` : "";
      const expected = `nothing: provider ${cloud.provider} has no ${field}${where}`;
      return {
        path: [field],
        got: SECRETS.has(field) ? hidden(values[field]) : values[field],
        expected,
      };
    });
}

/** Fields that hold a secret in some cloud: a user may have given them to another. */
const SECRETS: ReadonlySet<string> = new Set(["accessKeyId", "secretAccessKey"]);

function hidden(value: unknown): unknown {
  return value === undefined || value === "" ? value : "a value";
}

function identityIssues(section: Section, values: Values): Issue[] {
  const { oneOf: ways = [] } = section;
  const [first] = ways;
  const taken = ways.filter((field) => values[field] !== undefined && values[field] !== false);
  if (first === undefined || taken.length === 1) return [];
  const expected = `one of ${ways.join(" and ")}: by it pods get the role that may use the bucket`;
  return taken.length === 0
    ? [{ path: [first], got: values[first], expected, example: exampleFor(section, first) }]
    : taken.slice(1).map((field) => ({ path: [field], got: values[field], expected }));
}

/** A field that is needed where another one is given. */
export function neededWith(
  section: Section,
  field: string,
  other: string,
  values: Values,
): Issue[] {
  if (values[field] === undefined || values[other] !== undefined) return [];
  const expected = `a value, since ${field} is given`;
  return [{ path: [other], expected, example: exampleFor(section, other) }];
}

/** Required fields and the first identity, for lines to paste. */
function sectionExample({ fields, oneOf = [] }: Section): Values {
  const needed = Object.entries(fields)
    .filter(([field, schema]) => !schema.safeParse(undefined).success || field === oneOf[0])
    .map(([field, schema]) => [field, exampleOf(schema)]);
  return Object.fromEntries(needed) as Values;
}

export function exampleFor(section: Section, field: string): unknown {
  const schema = section.fields[field];
  return schema && exampleOf(schema);
}
