import { HUB_TENANT } from "../../contract/names";
import { quoted } from "../../rules/promql";
import { WATCHDOG } from "../../rules/rule-file";

/** Where the pod mounts what curl reads, and where it may write. */
export const SWITCH_PATHS = { config: "/etc/dead-mans-switch", beat: "/tmp" } as const;
/**
 * Options of curl, the address among them: on a command line every neighbour on the node would see
 * it.
 */
export const SWITCH_FILE = "curl.conf";
/** Touched in every round, so that a probe sees whether the loop still turns. */
export const SWITCH_BEAT_FILE = "beat";

/**
 * How old the newest proof may be: the ruler stores the watchdog with a delay of a minute, and a
 * restart of the backend takes some.
 */
const PROOF = "5m";

interface SwitchModel {
  /** What each cell's backend of metrics is asked. */
  readonly questions: readonly Question[];
  readonly everySeconds: number;
  readonly paths: Readonly<Record<keyof typeof SWITCH_PATHS, string>>;
}

export interface Question {
  /** Host and port of the backend. */
  readonly address: string;
  /**
   * The edge whose samples have to arrive in this cell, with its tenant. Undefined where only
   * alerts are checked.
   */
  readonly arriving?: { readonly cluster: string; readonly tenant: string };
}

/**
 * Has a result only where the newest evaluation of alerts was stored lately, and the newest scrape
 * of the hub's own agent has come the whole way: agent, gateway, backend. That it is answered at
 * all proves the way out.
 */
function switchQuery({ arriving }: Question): string {
  const evaluated = `count(present_over_time(ALERTS{alertname=${quoted(WATCHDOG)},alertstate="firing"}[${PROOF}]))`;
  if (!arriving) return evaluated;
  return `${evaluated} and count(present_over_time(up{cluster=${quoted(arriving.cluster)}}[${PROOF}]))`;
}

/** Says what it does when that changes, never where it calls. */
export function switchScript({ questions, everySeconds, paths }: SwitchModel): string {
  const asked = questions.map(
    (question) => `asked '${question.address}' '${tenants(question)}' '${switchQuery(question)}'`,
  );
  return `say() { [ "$1" = "$said" ] || printf '{"time":"%s","deadMansSwitch":"%s"}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1"; said=$1; }
asked() {
  curl --silent --max-time 20 --header "X-Scope-OrgID: $2" --data-urlencode "query=$3" "http://$1/prometheus/api/v1/query" | grep -q '"result":\\[{'
}
while :; do
  touch ${paths.beat}/${SWITCH_BEAT_FILE}
  if ! { ${asked.join(" && ")}; }; then
    say "silent: metrics do not arrive, or alerts are not evaluated"
  elif curl --silent --fail --max-time 20 --output /dev/null --config ${paths.config}/${SWITCH_FILE}; then
    say "calling"
  else
    say "calling, but not answered: exit code $? of curl"
  fi
  sleep ${everySeconds}
done
`;
}

function tenants({ arriving }: Question): string {
  return [HUB_TENANT, ...(arriving ? [arriving.tenant] : [])].join("|");
}

/** What curl reads. The address has been checked: it has neither quotes nor spaces. */
export function switchFile(url: string): string {
  return `url = "${url}"\n`;
}
