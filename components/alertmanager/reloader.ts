import { ALERTMANAGER_FILE, TEMPLATE_FILE } from "./config";

/** Touched in every round, so that a probe sees whether the loop still turns. */
export const RELOADER_BEAT_FILE = "reloader";

interface ReloaderModel {
  /** Directory with the files that Alertmanager reads. */
  readonly config: string;
  /** Directory in which the loop leaves its beat. */
  readonly temporary: string;
  /** Host and port of the Alertmanager beside it. */
  readonly alertmanager: string;
}

/**
 * Alertmanager does not look at its files again by itself. This loop runs beside it, from the same
 * image, and asks it to when they have changed. A configuration that it refuses is reported and
 * tried again; meanwhile the old one stays. Secrets it reads for each notification.
 */
export function reloaderScript(
  { config, temporary, alertmanager }: ReloaderModel,
  seconds: number,
): string {
  const file = `${config}/${ALERTMANAGER_FILE}`;
  return `say() { printf '{"time":"%s","reload":"%s"}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1"; }
loaded=unknown
while sleep ${seconds}; do
  touch ${temporary}/${RELOADER_BEAT_FILE}
  found=$(cat ${file} ${config}/${TEMPLATE_FILE} | sha256sum)
  [ "$found" = "$loaded" ] && continue
  if ! problem=$(amtool check-config ${file} 2>&1); then
    say "refused, the old configuration stays in force: $(echo "$problem" | sed -n 's/.*FAILED: //p' | head -n 1 | tr -d '"\\\\\\t')"
  elif wget -q -O /dev/null --post-data='' http://${alertmanager}/-/reload; then
    loaded=$found
    say "done"
  fi
done
`;
}
