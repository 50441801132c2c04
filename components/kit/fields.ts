import { z } from "zod";
import { DNS_LABEL, DNS_LABEL_EXPECTED } from "./dns-label";
import { DURATION, DURATION_EXPECTED, toSeconds } from "./duration";
import type { Issue, IssuePath } from "./issues";

/** Key of a schema's metadata: which values it accepts, as a noun phrase. */
export const EXPECTED = "expected";

/**
 * Every field carries a description, an example, and `expected`: which values it accepts, if its
 * type does not say so. Editors (JSON Schema) and the reference show all of it. The message about a
 * value that was rejected shows the first sentence of the description, which names the field, then
 * `expected`, and the example as lines to paste.
 */
export function described<T extends z.ZodType>(
  schema: T,
  description: string,
  example: unknown,
  expected?: string,
): T {
  return schema.meta({
    description,
    examples: [example],
    ...(expected !== undefined && { [EXPECTED]: expected }),
  }) as T;
}

/** What a message about a field says was expected there. */
export function expectationOf({ description = "another value", expected }: FieldTexts): string {
  const [name = ""] = description.split(/\.(?:\s+(?=[A-Z`])|$)/);
  return expected === undefined ? name : `${name}: ${expected}`;
}

/** The texts that a field carries in its metadata. */
export interface FieldTexts {
  readonly description?: string;
  readonly expected?: string;
  readonly examples?: unknown;
}

/** The same field with another sentence at the end of its description. */
export function withSentence<T extends z.ZodType>(field: T, sentence: string): T {
  const { description = "", ...texts } = textsOf(field, []);
  const end = description === "" || description.endsWith(".") ? "" : ".";
  return field.meta({ ...texts, description: `${description}${end} ${sentence}`.trim() }) as T;
}

/** Key of a schema's metadata: names that keys had before, each with its new name. */
export const RENAMED = "renamed";

/** An object some of whose keys had other names before: those are rejected, with the new name. */
export function withRenamed<T extends z.ZodType>(
  schema: T,
  names: Readonly<Record<string, string>>,
): T {
  return schema.meta({ ...schema.meta(), [RENAMED]: names }) as T;
}

export const name = (what: string, example: string) =>
  described(z.string().regex(DNS_LABEL), what, example, DNS_LABEL_EXPECTED);

export const text = (what: string, example: string) => described(z.string().min(1), what, example);

export const duration = (what: string, example: string) =>
  described(z.string().regex(DURATION), what, example, DURATION_EXPECTED);

/** A duration above 0. */
export const period = (what: string, example: string) =>
  described(
    z
      .string()
      .regex(DURATION)
      .refine((value) => !DURATION.test(value) || toSeconds(value) > 0),
    what,
    example,
    DURATION_EXPECTED,
  );

export const whole = (what: string, [min, max]: readonly [number, number], example: number) =>
  described(z.int().min(min).max(max), what, example, `a whole number from ${min} to ${max}`);

/** Any number of a range, not only whole ones. */
export const decimal = (what: string, [min, max]: readonly [number, number], example: number) =>
  described(z.number().min(min).max(max), what, example, `a number from ${min} to ${max}`);

export const quantity = (what: string, example: string) =>
  described(
    z.string().regex(/^\d+(Mi|Gi|Ti)$/),
    what,
    example,
    `a Kubernetes quantity, e.g. ${example}`,
  );

/**
 * A day of the calendar. Without quotation marks it is a date of YAML, which Pulumi passes on, and
 * even writes into the file, with a time.
 */
export const day = (what: string, example: string) =>
  described(
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d( 00:00:00 \+0000 UTC)?$/)
      .refine((value) => z.iso.date().safeParse(value.slice(0, 10)).success),
    what,
    example,
    `a day as ${example}`,
  ).transform((value) => value.slice(0, 10));

export const port = (what: string, example: number) => whole(what, [1, 65_535], example);

export const accepted = (example: string) =>
  described(
    z.array(z.string()).default([]),
    "Changes that leave data behind, and that you accept. A message that rejects an update gives " +
      "the lines to paste here.",
    [example],
    "a list",
  );

/** Maps by name: what becomes a resource has a stable name as its key, never an index. */
export const mapOf = <T extends z.ZodType>(value: T) =>
  z.record(z.string().regex(DNS_LABEL), value);

/**
 * Issues of a value that its schema rejects, one for each path, with the texts of the innermost
 * field that has some.
 */
export function fieldIssues(schema: z.ZodType, path: IssuePath, value: unknown): Issue[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map((issue): Issue => {
    const steps = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    const texts = textsOf(schema, steps);
    const { examples = [] } = texts;
    const got = steps.reduce<unknown>((inner, step) => (inner as never)?.[step], value);
    const details = detailsOf(issue);
    return {
      path: [...path, ...steps],
      got,
      expected: details.expected ?? expectationOf(texts),
      example: details.example ?? (examples as unknown[])[0] ?? "...",
    };
  });
}

/** Issues of several fields at once. Arguments that have no schema here are not looked at. */
export function allFieldIssues(
  fields: Readonly<Record<string, z.ZodType>>,
  path: IssuePath,
  values: Readonly<Record<string, unknown>>,
): Issue[] {
  return Object.entries(fields).flatMap(([key, schema]) =>
    fieldIssues(schema, [...path, key], values[key]),
  );
}

/** The texts of the field at a path, or of the nearest one around it that has some. */
function textsOf(schema: z.ZodType, path: IssuePath): FieldTexts {
  let found: FieldTexts = {};
  let here: z.ZodType | undefined = schema;
  for (const step of [undefined, ...path]) {
    if (step !== undefined) here = here && childOf(here, step);
    while (here) {
      const meta = here.meta();
      if (meta?.description) found = meta as FieldTexts;
      const inner = innerOf(here);
      if (!inner) break;
      here = inner;
    }
  }
  return found;
}

interface Definition {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

const definitionOf = (schema: z.ZodType) => schema._zod.def as unknown as Definition;

/** What an optional, a default or a transformation wraps. */
function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const { innerType, in: input } = definitionOf(schema);
  return innerType ?? input;
}

function childOf(schema: z.ZodType, step: string | number): z.ZodType | undefined {
  const { shape, element, valueType } = definitionOf(schema);
  return shape?.[step] ?? element ?? valueType;
}

/** The example of a field. */
export function exampleOf(schema: z.ZodType): unknown {
  return (textsOf(schema, []).examples as unknown[] | undefined)?.[0];
}

/** What an issue of zod says itself, in the `params` of a refinement. */
export interface IssueDetails {
  readonly expected?: string;
  readonly example?: unknown;
}

/** A refinement says in its `params` what it expected, where that is not the description. */
export function detailsOf(issue: z.core.$ZodIssue): IssueDetails {
  return issue.code === "custom" ? ((issue.params as IssueDetails | undefined) ?? {}) : {};
}

/** `a, b or c`. */
export function listed(names: readonly string[]): string {
  return names.length === 1
    ? String(names[0])
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
