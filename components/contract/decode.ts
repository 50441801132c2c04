import { z } from "zod";

/**
 * Why one side of the contract cannot be read: it was never deployed (`absent`), an `older` or a
 * `newer` version wrote it, or something else did (`invalid`).
 */
type DecodeCode = "absent" | "older" | "newer" | "invalid";

export interface DecodeFailure {
  readonly ok: false;
  readonly code: DecodeCode;
  /** For people, without a full stop at its end: programs add the command that fixes it. */
  readonly message: string;
}

export type Decoded<T> = { readonly ok: true; readonly value: T } | DecodeFailure;

interface Expectation {
  readonly version: number;
  readonly output: "hub" | "edge";
  readonly stack: string;
}

/** Decodes one side of the contract, and says which side to update when the two do not fit. */
export function decode<T>(value: unknown, schema: z.ZodType<T>, expected: Expectation): Decoded<T> {
  const { output, stack, version } = expected;
  const failure = (code: DecodeCode, issue: string, next: string): DecodeFailure => ({
    ok: false,
    code,
    message: `Stack ${stack}: ${issue}. ${next}`,
  });
  if (value === undefined || value === null)
    return failure("absent", `it has no output \`${output}\` yet`, "Bring it up first");
  const found = (value as { contractVersion?: unknown }).contractVersion;
  if (typeof found === "number" && found !== version) {
    const issue = `its output \`${output}\` has contract version ${found}, this program reads ${version}`;
    return found < version
      ? failure("older", issue, "Bring that stack up with this program first")
      : failure("newer", issue, "Update this program to the version that deployed that stack");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return failure(
    "invalid",
    `its output \`${output}\` is not what it should be: ${z.prettifyError(parsed.error)}`,
    "It was written by something other than this program",
  );
}
