import { z } from "zod";
import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../../components/contract/names";
import { DURATION, DURATION_EXPECTED } from "../../components/kit/duration";

/**
 * Every field carries a description that says what belongs there, and an example. Both reach three readers: the editor (JSON Schema), the person
 * whose value was refused (the message says what was expected, and gives lines to paste), and whoever reads this file.
 */
export function described<T extends z.ZodType>(
  schema: T,
  description: string,
  example: unknown,
): T {
  return schema.meta({ description, examples: [example] }) as T;
}

export const name = (what: string, example: string) =>
  described(z.string().regex(DNS_LABEL), `${what}: ${DNS_LABEL_EXPECTED}`, example);

export const text = (what: string, example: string) => described(z.string().min(1), what, example);

export const duration = (what: string, example: string) =>
  described(z.string().regex(DURATION), `${what}: ${DURATION_EXPECTED}`, example);

export const whole = (what: string, [min, max]: readonly [number, number], example: number) =>
  described(z.int().min(min).max(max), `${what}: a whole number from ${min} to ${max}`, example);

export const quantity = (what: string, example: string) =>
  described(
    z.string().regex(/^\d+(Mi|Gi|Ti)$/),
    `${what}: a Kubernetes quantity, e.g. ${example}`,
    example,
  );

/** A day of the calendar. Without quotation marks it is a date of YAML, which Pulumi hands over, and even writes into the file, with a time. */
export const day = (what: string, example: string) =>
  described(
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d( 00:00:00 \+0000 UTC)?$/)
      .refine((value) => z.iso.date().safeParse(value.slice(0, 10)).success),
    `${what}: a day as ${example}`,
    example,
  ).transform((value) => value.slice(0, 10));

export const port = (what: string, example: number) => whole(what, [1, 65_535], example);

export const accepted = (example: string) =>
  described(
    z.array(z.string()).default([]),
    "Changes that leave data behind and are meant all the same, as the refusal names them: a list",
    [example],
  );

/** Maps by name: what becomes a resource is keyed by a stable name, never by its place in a list. */
export const mapOf = <T extends z.ZodType>(value: T) =>
  z.record(z.string().regex(DNS_LABEL), value);
