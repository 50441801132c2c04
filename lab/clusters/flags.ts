/** `{ "secure-port": 6443 }` as `["--secure-port=6443"]`. */
export function flags(values: Record<string, string | number | boolean>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
