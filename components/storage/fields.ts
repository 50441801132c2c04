import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { OBJECT_PREFIX, OBJECT_PREFIX_EXPECTED } from "../contract/names";
import { described, text, whole } from "../kit/fields";

/** First part of the name of every object. */
export const PREFIX = described(
  z.string().regex(OBJECT_PREFIX),
  "First part of the name of every object, for a bucket that is shared",
  "main",
  OBJECT_PREFIX_EXPECTED,
);

/** Fields of every bucket that a cloud creates: how what is in it is stored, and how long. */
export const keepingFields = (classes: string, example: string, tagRule: TagRule) => ({
  recoveryDays: whole(
    "Number of days for which overwritten or deleted objects can be restored. You pay for the " +
      "storage of all of them. Defaults to none.",
    [1, 365],
    30,
  ).optional(),
  coldAfterDays: whole(
    "Number of days after which objects move to a colder class, which is cheaper to store and " +
      "more expensive to read. Defaults to never.",
    [1, 3650],
    30,
  ).optional(),
  coldClass: text(
    `The colder class: ${classes}. Defaults to ${classes.split(/,| /)[0]}.`,
    example,
  ).optional(),
  expireAfterDays: whole(
    "Number of days after which the cloud deletes objects, regardless of the backends. It must be " +
      "at least a week more than the longest retention. Defaults to never.",
    [1, 36_500],
    400,
  ).optional(),
  protect: described(
    z.boolean().default(true),
    "Whether Pulumi refuses to delete resources that hold data",
    true,
    "true or false",
  ),
  tags: tags(tagRule),
});

/** An issue that says more than the field's description: see `detailsOf`. */
function unlike(expected: string, example?: unknown) {
  return { code: "custom", message: expected, params: { expected, example } } as const;
}

/** Text of a given shape. `expected` is what a value of another shape is told. */
export function shaped(what: string, example: string, [pattern, expected]: Shape) {
  const schema = z
    .string()
    .min(1)
    .refine((value) => pattern.test(value), { params: { expected } });
  return described(schema, what, example);
}

export type Shape = readonly [pattern: RegExp, expected: string];

/** Names that a cloud takes. The message is the first rule that a name breaks. */
export function named(what: string, example: string, kind: string, rules: readonly NameRule[]) {
  const schema = z
    .string()
    .min(1)
    .superRefine((name, context) => {
      const broken = rules.find(([holds]) => !holds(name));
      if (broken) context.addIssue(unlike(`a name of ${kind}: ${broken[1]}`));
    });
  return described(schema, what, example);
}

/** A cloud's rule about names, in the cloud's order: the first that a name breaks is shown. */
export type NameRule = readonly [holds: (name: string) => boolean, rule: string];

export const matches = (pattern: RegExp) => (name: string) => pattern.test(name);
export const lacks = (pattern: RegExp) => (name: string) => !pattern.test(name);
export const NOT_AN_ADDRESS: NameRule = [
  lacks(/^\d+\.\d+\.\d+\.\d+$/),
  "not formatted as an IP address",
];

interface TagRule {
  readonly provider: string;
  readonly key: RegExp;
  readonly value: RegExp;
  readonly rule: string;
}

const MOST_TAGS = 50;

/** Tags that a cloud takes. Each takes 50 at least. */
function tags({ provider, key, value, rule }: TagRule) {
  const field = z.record(z.string(), z.string()).superRefine((given, context) => {
    const entries = Object.entries(given);
    const good = entries.every(([name, content]) => key.test(name) && value.test(content));
    const broken = entries.length > MOST_TAGS ? `${MOST_TAGS} at most` : good ? undefined : rule;
    if (broken) context.addIssue(unlike(`tags as ${provider} takes them: ${broken}`));
  });
  return described(
    field.optional(),
    "Tags of the created resources",
    { team: "sre" },
    "a map of text to text",
  );
}

/** A region by the name that the cloud's interfaces take; the message offers the nearest one. */
export function region(what: string, example: string, provider: string, known: Regions) {
  const schema = z
    .string()
    .min(1)
    .superRefine((value, context) => {
      if (known.has(value)) return;
      const expected = `a region that provider ${provider} knows by this name`;
      context.addIssue(unlike(expected, known.nearest(value)));
    });
  return described(schema, what, example);
}

/** The regions of a cloud. */
export interface Regions {
  has(region: string): boolean;
  /** The region that was probably meant. */
  nearest(region: string): string;
}

/** `caseless`: whether the cloud takes either case. */
export function regions(
  names: string,
  { caseless = false } = {},
): Regions & {
  readonly names: readonly string[];
} {
  const list = names.trim().split(/\s+/);
  const known = new Set(list);
  return {
    names: list,
    has: (region) => known.has(caseless ? region.toLowerCase() : region),
    nearest: (region) => closest(region.toLowerCase().replace(/\s/g, ""), list),
  };
}
