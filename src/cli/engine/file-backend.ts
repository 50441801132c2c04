/**
 * A backend of files, in a folder. Without the sidecar that Pulumi's file store writes beside each state, in place: who reads a state at that moment (a stack
 * that asks for its own outputs) fails with `failed to load checkpoint: EOF`. States themselves are replaced whole.
 */
export function fileBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}
