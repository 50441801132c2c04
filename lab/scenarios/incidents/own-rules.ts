import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { statePaths } from "../../state.js";
import type { ScenarioContext } from "../context.js";
import type { Incident } from "./told.js";

const folder = "drill-rules";

/** One that fires at once, and one that no check of a file can see to fail: series are doubled. */
const RULES = `groups:
  - name: drill
    interval: 30s
    rules:
      - alert: DrillFires
        expr: vector(1)
        labels: { severity: warning }
      - alert: DrillFails
        expr: kube_pod_info * on (namespace) kube_pod_info > 0
        labels: { severity: warning }
`;

/** Brings rules of dev's own. Gives what `hub.rules.folders` says of them. */
export async function bringRules(lab: ScenarioContext): Promise<object> {
  const path = join(statePaths().project, folder);
  lab.onCleanup("the folder of rules is gone", () => rm(path, { recursive: true, force: true }));
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "drill.yaml"), RULES);
  return { tenants: { dev: folder } };
}

/** They stay until the inventory is as it was. */
export const OWN_RULES_INCIDENTS: readonly Incident[] = [
  {
    what: "a rule of dev's own fires",
    alert: "DrillFires",
    about: { tenant_id: "dev" },
    forSeconds: 0,
    receiver: "dev-team",
    stays: true,
  },
  {
    what: "a rule of dev's own cannot be evaluated",
    alert: "RulesFailing",
    about: { signal: "metrics", tenant_id: "dev" },
    forSeconds: 600,
    receiver: "dev-on-call",
    stays: true,
  },
];
