import { ADMIN_USER, SECRET_FILES } from "./config";
import {
  BOARDS,
  OPERATORS_HOME,
  ORGANISATION,
  organisationSet,
  PROVIDER_FILES,
  PROVIDERS,
} from "./dashboards";
import { FILE_PATTERNS, OPERATORS, UNKNOWN_ORGANISATION } from "./datasources";

/** Touched in every round, so that a probe sees whether the loop still turns. */
export const BEAT_FILE = "beat";
/** There once Grafana has every data source and dashboard: before, nobody is to be led to it. */
export const READY_FILE = "ready";

export interface ProvisionerModel {
  /** Where Grafana answers, with its scheme. */
  readonly grafana: string;
  readonly paths: Readonly<
    Record<"datasources" | "dashboards" | "secrets" | "provisioning", string>
  >;
  /** Where it may write for itself. */
  readonly temporary: string;
}

/** Grafana lists a thousand where it is not asked for more. */
const MOST_ORGANISATIONS = 100_000;

/**
 * A provisioning file names an organisation by a number, which only the running Grafana knows, and
 * Grafana does not start with a number that it does not know. So these functions ask for the
 * numbers, make organisations that are missing, and write the files.
 */
function functions({ grafana, paths, temporary }: ProvisionerModel): string {
  const target = `${paths.provisioning}/datasources`;
  const providers = `${paths.provisioning}/dashboards`;
  const boards = `${paths.provisioning}/${BOARDS}`;
  const { operators, organisations } = FILE_PATTERNS;
  return `say() { [ "$1" = "$said" ] || printf '{"time":"%s","provisioning":"%s"}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1"; said=$1; }
api() { curl --silent --fail --insecure --connect-timeout 3 --max-time 30 --config ${paths.secrets}/${SECRET_FILES.curl} "$@"; }
# All at once: a request for each of hundreds takes longer than a round. Lines: number, name.
list() { listed=$(api "${grafana}/api/orgs?perpage=${MOST_ORGANISATIONS}") && listed=$(printf '%s' "$listed" | grep -o '"id":[0-9]*,"name":"[^"]*"' | sed 's/"id":\\([0-9]*\\),"name":"\\(.*\\)"/\\1 \\2/'); }
number() { printf '%s\\n' "$listed" | sed -n "s/^\\([0-9]*\\) $1\$/\\1/p"; }
forget() { rm -f ${target}/${organisations} ${providers}/${organisations}; written=; }
# Grafana reads some of them whenever it likes: each is there as a whole, or as it was.
boards() {
  asked=$(find -L ${paths.dashboards}/* -name '*.json' -exec sha256sum {} + | sha256sum)
  [ "$asked" = "$copied" ] && return
  (cd ${paths.dashboards} && find -L * -name '*.json') | while read -r file; do
    mkdir -p "${boards}/\${file%/*}" && cp "${paths.dashboards}/$file" ${boards}/.new && mv ${boards}/.new "${boards}/$file" || exit 1
  done || return 1
  (cd ${boards} && find . -name '*.json') | while read -r file; do
    [ -f "${paths.dashboards}/$file" ] || rm -f "${boards}/$file"
  done
  copied=$asked
}
everything() {
  cp ${paths.datasources}/${operators} ${target}/ && gone ${target}/${operators} && cp ${paths.dashboards}/${PROVIDERS}/${PROVIDER_FILES.operators} ${providers}/ && boards
}
gone() {
  for file in "$@"; do
    [ -f "${paths.datasources}/\${file##*/}" ] || rm -f "$file"
  done
}
# Names of organisations that are wanted and are not there: those that are come more than once.
missing() {
  { wanted; there; there; } | sort | uniq -u
}
there() { printf '%s\\n' "$listed" | sed 's/^[0-9]* //'; }
wanted() {
  for file in ${paths.datasources}/${organisations}; do
    [ -f "$file" ] || continue
    name=\${file##*/organisation.}
    echo "\${name%%.*}"
  done | sort -u
}
make() { api --header 'Content-Type: application/json' --data "{\\"name\\":\\"$1\\"}" --output /dev/null "${grafana}/api/orgs"; }
customers() {
  list || return 1
  names=$(missing)
  for name in $names; do
    [ "$1" = make ] && make "$name" || return 1
    touch ${temporary}/${BEAT_FILE}
  done
  [ -z "$names" ] || list || return 1
  asked=$( { printf '%s' "$listed"; find -L ${paths.datasources} ${paths.dashboards}/${PROVIDERS} -name '*.yaml' -exec sha256sum {} +; } | sha256sum)
  [ "$asked" = "$written" ] && return
  for file in ${paths.datasources}/${organisations}; do
    [ -f "$file" ] || continue
    base=\${file##*/}
    name=\${base#organisation.}
    name=\${name%%.*}
    number=$(number "$name")
    [ "$number" ] || return 1
    mkdir -p "${boards}/${organisationSet("$name")}"
    sed "s/orgId: ${UNKNOWN_ORGANISATION}\\$/orgId: $number/" "$file" > "${target}/$base"
    sed "s/orgId: ${UNKNOWN_ORGANISATION}\\$/orgId: $number/; s/${ORGANISATION}/$name/" ${paths.dashboards}/${PROVIDERS}/${PROVIDER_FILES.organisation} > "${providers}/organisation.$name.yaml"
  done
  gone ${target}/${organisations} ${providers}/${organisations}
  written=$asked
}
reload() { api --request POST --output /dev/null "${grafana}/api/admin/provisioning/$1/reload"; }
preferences() { api --header 'X-Grafana-Org-Id: ${OPERATORS}' --header 'Content-Type: application/json' "$@" ${grafana}/api/org/preferences; }
# What operators have chosen instead stays.
home() {
  preferences | grep -q '"homeDashboardUID":"..*"' || preferences --request PATCH --output /dev/null --data '{"homeDashboardUID":"${OPERATORS_HOME}"}'
}
`;
}

/**
 * Before Grafana starts. What is in no file then is taken away until the files follow: nobody sees
 * that of one pod, which is not ready yet, but with `others` another one can be asked.
 */
export function prepareScript(model: ProvisionerModel, others: boolean): string {
  const folders = ["datasources", "dashboards", "plugins", "alerting", BOARDS].map(
    (kind) => `${model.paths.provisioning}/${kind}`,
  );
  return `${functions(model)}
mkdir -p ${folders.join(" ")}
everything
${others ? "customers || forget" : "forget"}
`;
}

/**
 * Beside Grafana: brings what changed into it without a restart. Says what it does when that
 * changes.
 */
export function provisionerScript(model: ProvisionerModel, seconds: number): string {
  const { grafana, paths, temporary } = model;
  const written = ["datasources", "dashboards", BOARDS].map(
    (kind) => `${paths.provisioning}/${kind}`,
  );
  return `${functions(model)}
while :; do
  touch ${temporary}/${BEAT_FILE}
  if ! curl --silent --fail --insecure --max-time 10 --output /dev/null ${grafana}/api/health; then
    # Should it start again, then without the numbers of organisations that may be gone.
    forget
    loaded=
    say "Grafana does not answer"
  elif ! api --output /dev/null ${grafana}/api/org; then
    say "refused: the password of ${ADMIN_USER} is not the one that was deployed"
  elif ! { everything && customers make; }; then
    say "organisations cannot be made"
  else
    found=$(find ${written.join(" ")} -type f -exec sha256sum {} + | sha256sum)
    if [ "$found" != "$loaded" ]; then
      if reload datasources && reload dashboards && home; then
        loaded=$found
        touch ${temporary}/${READY_FILE}
        say "loaded \${found%% *}"
      else
        say "Grafana does not take the data sources or dashboards: its log says why"
      fi
    fi
  fi
  sleep ${seconds}
done
`;
}
