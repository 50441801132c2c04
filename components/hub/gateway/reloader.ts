import { GATEWAY_FILES, type GatewayModel } from "./config";

/** Touched in every round, so that a probe sees whether the loop still turns. */
export const RELOADER_BEAT_FILE = "reloader";

/**
 * NGINX does not look at its files again by itself. This loop runs beside it, from the same image,
 * and sends it a signal when the mounted files have changed. A configuration that NGINX refuses is
 * reported and tried again (a name of a new cell may not resolve yet); meanwhile the old one stays.
 */
export function reloaderScript({ paths }: Pick<GatewayModel, "paths">, seconds: number): string {
  const config = `${paths.config}/${GATEWAY_FILES.config}`;
  const files = Object.values(GATEWAY_FILES)
    .map((file) => `${paths.config}/${file}`)
    .join(" ");
  return `say() { printf '{"time":"%s","reload":"%s"}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1"; }
loaded=unknown
while sleep ${seconds}; do
  touch ${paths.run}/${RELOADER_BEAT_FILE}
  found=$(cat ${files} | sha256sum)
  [ "$found" = "$loaded" ] && continue
  if ! problem=$(nginx -t -q -e stderr -c ${config} 2>&1); then
    say "refused, the old configuration stays in force: $(echo "$problem" | head -n 1 | tr -d '"\\\\')"
  elif kill -HUP "$(cat ${paths.run}/nginx.pid)"; then
    loaded=$found
    say "done"
  fi
done
`;
}
