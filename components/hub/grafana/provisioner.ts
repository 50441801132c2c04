import { ADMIN_USER, SECRET_FILES } from "./config";
import {
  BOARDS,
  OPERATORS_HOME,
  ORGANISATION,
  PROVIDER_FILES,
  PROVIDERS,
  SETS,
} from "./dashboards";
import { OPERATORS, OPERATORS_FILE, organisationFile, UNKNOWN_ORGANISATION } from "./datasources";

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

/**
 * A provisioning file names an organisation by a number, which only the running Grafana knows, and
 * Grafana does not start with a number that it does not know. So these functions ask for the
 * numbers, make organisations that are missing, and write the files.
 */
function functions({ grafana, paths }: ProvisionerModel): string {
  const target = `${paths.provisioning}/datasources`;
  const providers = `${paths.provisioning}/dashboards`;
  const boards = `${paths.provisioning}/${BOARDS}`;
  const organisations = organisationFile("*");
  const sets = SETS.map((set) => `${paths.dashboards}/${set}`).join(" ");
  return `say() { [ "$1" = "$said" ] || printf '{"time":"%s","provisioning":"%s"}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1"; said=$1; }
api() { curl --silent --fail --insecure --connect-timeout 3 --max-time 30 --config ${paths.secrets}/${SECRET_FILES.curl} "$@"; }
number() { api "${grafana}/api/orgs/name/$1" | grep -o '"id":[0-9]*' | head -n 1 | cut -d : -f 2; }
forget() { rm -f ${target}/${organisations} ${providers}/${organisations}; }
# Grafana reads some of them whenever it likes: each is there as a whole, or as it was.
boards() {
  asked=$(find -L ${sets} -name '*.json' -exec sha256sum {} + | sha256sum)
  [ "$asked" = "$copied" ] && return
  (cd ${paths.dashboards} && find -L ${SETS.join(" ")} -name '*.json') | while read -r file; do
    mkdir -p "${boards}/\${file%/*}" && cp "${paths.dashboards}/$file" ${boards}/.new && mv ${boards}/.new "${boards}/$file" || exit 1
  done || return 1
  (cd ${boards} && find . -name '*.json') | while read -r file; do
    [ -f "${paths.dashboards}/$file" ] || rm -f "${boards}/$file"
  done
  copied=$asked
}
everything() {
  cp ${paths.datasources}/${OPERATORS_FILE} ${target}/ && cp ${paths.dashboards}/${PROVIDERS}/${PROVIDER_FILES.operators} ${providers}/ && boards
}
customers() {
  for file in ${paths.datasources}/${organisations}; do
    [ -f "$file" ] || continue
    name=$(basename "$file" .yaml)
    name=\${name#organisation.}
    number=$(number "$name")
    [ "$number" ] || { [ "$1" = make ] && api --header 'Content-Type: application/json' --data "{\\"name\\":\\"$name\\"}" --output /dev/null "${grafana}/api/orgs" && number=$(number "$name"); }
    [ "$number" ] || return 1
    sed "s/orgId: ${UNKNOWN_ORGANISATION}\\$/orgId: $number/" "$file" > "${target}/$(basename "$file")"
    sed "s/orgId: ${UNKNOWN_ORGANISATION}\\$/orgId: $number/; s/${ORGANISATION}/$name/" ${paths.dashboards}/${PROVIDERS}/${PROVIDER_FILES.organisation} > "${providers}/$(basename "$file")"
  done
  for file in ${target}/${organisations} ${providers}/${organisations}; do
    [ -f "${paths.datasources}/$(basename "$file")" ] || rm -f "$file"
  done
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
