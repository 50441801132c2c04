import type { DecodeFailure } from "@heliograph/heliograph/model";

/** Why the contract of a stack cannot be read, with the command that helps. */
export function explainFailure({ code, message }: DecodeFailure, stack: string): string {
  if (code === "newer" || code === "invalid") return message;
  return `${message}: npm run up ${stack.split("/").at(-1)}`;
}
