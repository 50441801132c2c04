/**
 * Environment variable GOMEMLIMIT: of its limit, a Go program fills this part before it collects
 * harder, rather than be killed. Whole bytes, or it does not start.
 */
export function goMemoryLimit(limitBytes: number, part = 0.9): string {
  return String(Math.floor(part * limitBytes));
}
