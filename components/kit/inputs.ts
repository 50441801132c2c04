import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { fieldIssues } from "./fields";
import { refuse, type Issue, type IssuePath } from "./issues";
import { isLater } from "./later";
import { UNKNOWN } from "./unknown";

/**
 * The values that are known while the program runs, `UNKNOWN` for the others; what was not given
 * stays undefined.
 */
export function knownNow<T extends object>(
  args: T,
): { [K in keyof T]: Exclude<T[K], object> | typeof UNKNOWN } {
  const entries = Object.entries(args).map(([key, value]) => [
    key,
    isLater(value) ? UNKNOWN : value,
  ]);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], object> | typeof UNKNOWN };
}

/** What a function makes of a value: at once, or once it is known. */
export function mapInput<T, U>(
  value: pulumi.Input<T>,
  change: (known: pulumi.Unwrap<T>) => U,
): pulumi.Input<U> {
  return isLater(value)
    ? (pulumi.output(value).apply((known) => change(known)) as pulumi.Output<U>)
    : change(value as pulumi.Unwrap<T>);
}

/**
 * An argument that may be known late, as a value that is used only if its schema takes it. A plain
 * value is returned as it is: `inputIssues` has checked it together with all the others. Throws a
 * ConfigurationError in the engine's time for an output; a secret is not shown in it.
 */
export function checkedInput<T>(
  subject: string,
  schema: z.ZodType,
  path: IssuePath,
  value: pulumi.Input<T>,
): pulumi.Input<T> {
  if (!isLater(value)) return value;
  const output = pulumi.output(value) as pulumi.Output<T>;
  return pulumi.all([output, pulumi.isSecret(output)]).apply(([known, secret]) => {
    refuse(subject, lateIssues(schema, path, known, secret));
    return known;
  }) as pulumi.Output<T>;
}

/** The issues of a value that is known by now. */
export function lateIssues(
  schema: z.ZodType,
  path: IssuePath,
  known: unknown,
  secret: boolean,
): Issue[] {
  const issues = fieldIssues(schema, path, known);
  return secret ? issues.map((issue) => ({ ...issue, got: undefined })) : issues;
}

/**
 * Arguments with `checkedInput` around each of those that have a field in `fields`; others are
 * returned as they are.
 */
export function checkedInputs<T extends object>(
  subject: string,
  fields: Readonly<Record<string, z.ZodType>>,
  path: IssuePath,
  args: T,
): T {
  const entries = Object.entries(args).map(([key, value]) => {
    const schema = fields[key];
    if (!schema || !hasLater(value)) return [key, value];
    const whole = isLater(value) ? value : pulumi.output(value);
    return [key, checkedInput(subject, schema, [...path, key], whole)];
  });
  return Object.fromEntries(entries) as T;
}

function hasLater(value: unknown): boolean {
  if (isLater(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isLater);
}
