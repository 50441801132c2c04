import { Failure } from "../ui/failure";
import { lockedBy } from "./locks";
import { PulumiFailure } from "./pulumi";

/** Common failures of the engine itself, and what to do about them. */
const ADVICE: readonly { readonly when: RegExp; readonly next: (stack: string) => string }[] = [
  {
    when: /PULUMI_ACCESS_TOKEN must be set/,
    next: () =>
      "Say where the state is kept: pulumi login <url>, or PULUMI_BACKEND_URL,\n" +
      "e.g. azblob://state or 'file://~?metadata=skip'",
  },
  {
    when: /passphrase must be set|incorrect passphrase/,
    next: (stack) =>
      "Set PULUMI_CONFIG_PASSPHRASE_FILE, or HELIOGRAPH_PASSPHRASES to a folder with one\n" +
      `passphrase file per stack (here: ${stack}).`,
  },
  {
    when: /no stack named .* found/,
    next: (stack) => `To create it: npm run up -- ${stack}`,
  },
  {
    when: /failed to load checkpoint: EOF/,
    next: () =>
      "The state was read while it was written. Run the same command again.\n" +
      "To prevent it: pulumi login 'file://<folder>?metadata=skip'",
  },
];

/**
 * A failed command of the Pulumi CLI as a Failure with advice. Any other error is returned as it
 * is.
 */
export function explained(error: unknown, stack: string): unknown {
  if (!(error instanceof PulumiFailure)) return error;
  const { message } = error;
  if (/currently locked by|Another update is currently in progress/.test(message))
    return lockedBy(stack, message);
  return new Failure(
    `Stack ${stack}: ${message.replace(/^error: /gm, "")}`,
    adviceOn(message, stack),
  );
}

export function adviceOn(message: string, stack: string): string | undefined {
  return ADVICE.find(({ when }) => when.test(message))?.next(stack);
}
