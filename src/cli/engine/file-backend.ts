/**
 * The URL of a backend that keeps states as files in a folder. `metadata=skip`: Pulumi rewrites the
 * metadata file beside each state in place, and a read at that moment (by a stack that refers to
 * its own outputs) fails with `failed to load checkpoint: EOF`. States themselves are replaced
 * atomically.
 */
export function fileBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}
