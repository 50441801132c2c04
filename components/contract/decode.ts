import { z } from "zod";

export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

interface Expectation {
  readonly version: number;
  readonly output: "hub" | "edge";
  readonly stack: string;
}

/** Decodes one side of the contract, and says which side to bring up to date when the two do not fit. */
export function decode<T>(value: unknown, schema: z.ZodType<T>, expected: Expectation): Decoded<T> {
  const { output, stack, version } = expected;
  const refuse = (problem: string, next: string): Decoded<T> => ({
    ok: false,
    message: `Stack ${stack}: ${problem}. ${next}`,
  });
  if (value === undefined || value === null) {
    return refuse(
      `it has no output \`${output}\` yet`,
      `Bring it up first: npm run up ${shortName(stack)}`,
    );
  }
  const found = (value as { contractVersion?: unknown }).contractVersion;
  if (typeof found === "number" && found < version) {
    return refuse(
      `its output \`${output}\` has contract version ${found}, this program reads ${version}`,
      `Bring that stack up with this program first: npm run up ${shortName(stack)}`,
    );
  }
  if (typeof found === "number" && found > version) {
    return refuse(
      `its output \`${output}\` has contract version ${found}, this program reads ${version}`,
      `Update this program to the version that deployed that stack`,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return refuse(
    `its output \`${output}\` is not what it should be: ${z.prettifyError(parsed.error)}`,
    `It was written by something other than this program`,
  );
}

/** `organization/heliograph/ops` -> `ops`: the name commands take. */
function shortName(stack: string): string {
  return stack.split("/").at(-1) ?? stack;
}
