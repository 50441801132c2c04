import type { z } from "zod";
import { fieldIssues } from "./fields";
import type { Issue, IssuePath } from "./issues";

/**
 * Whether only the engine will know a value. Told by the mark by which versions of Pulumi's SDK
 * know each other's outputs, so that checks do not load one.
 */
export function isLater(value: unknown): boolean {
  if (value instanceof Promise) return true;
  return typeof value === "object" && value !== null && isMarked(value);
}

function isMarked(value: { readonly __pulumiOutput?: unknown }): boolean {
  return value.__pulumiOutput === true;
}

/**
 * The issues of one argument, where its value is known already. An output has none here, nor has
 * one within a list or a map: `checkedInput` checks it once it is known.
 */
export function inputIssues(schema: z.ZodType, path: IssuePath, value: unknown): Issue[] {
  if (isLater(value)) return [];
  return fieldIssues(schema, path, value).filter(({ got }) => !isLater(got));
}

/** The issues of several arguments. `fields`: their schemas; other arguments are not looked at. */
export function inputsIssues(
  fields: Readonly<Record<string, z.ZodType>>,
  path: IssuePath,
  values: object,
): Issue[] {
  return Object.entries(fields).flatMap(([key, schema]) =>
    inputIssues(schema, [...path, key], (values as Record<string, unknown>)[key]),
  );
}
