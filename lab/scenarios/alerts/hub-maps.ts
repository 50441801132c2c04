import {
  backendName,
  CERTIFICATE_EXPIRY,
  EDGE_INFO,
  fromYaml,
  HUB_NAMESPACE,
  RULES_FILE,
  RUNTIME_FILE,
  toYaml,
} from "@heliograph/heliograph/model";
import type { ScenarioContext } from "../context.js";
import { cell } from "../support/hub.js";

const mimir = backendName("mimir", cell);
const loki = backendName("loki", cell);
const day = 86_400;

/**
 * Takes so few samples of a tenant that its edge falls behind, but still some. Gives what undoes
 * it.
 */
export function throttle(lab: ScenarioContext, tenant: string): Promise<() => Promise<unknown>> {
  return change(lab, `${mimir}-runtime`, RUNTIME_FILE, (config: Runtime) => {
    // A batch has 2000 samples at most, and passes as a whole.
    Object.assign(config.overrides[tenant]!, { ingestion_rate: 100, ingestion_burst_size: 2000 });
  });
}

/**
 * Takes no series of a tenant that it does not know already: what is sent with a new one is refused
 * for good. Gives what undoes it.
 */
export function refuseNewSeries(
  lab: ScenarioContext,
  tenant: string,
): Promise<() => Promise<unknown>> {
  return change(lab, `${mimir}-runtime`, RUNTIME_FILE, (config: Runtime) => {
    Object.assign(config.overrides[tenant]!, { max_global_series_per_user: 1 });
  });
}

/** Refuses every log line of a tenant for good. Gives what undoes it. */
export function refuseLines(lab: ScenarioContext, tenant: string): Promise<() => Promise<unknown>> {
  return change(lab, `${loki}-runtime`, RUNTIME_FILE, (config: Runtime) => {
    config.overrides[tenant] = { ...config.overrides[tenant], max_label_names_per_series: 1 };
  });
}

interface Runtime {
  readonly overrides: Record<string, object>;
}

/** The rules no longer know the inventory. Gives what undoes it. */
export function forgetInventory(lab: ScenarioContext): Promise<() => Promise<unknown>> {
  return change(
    lab,
    `${mimir}-rules`,
    RULES_FILE,
    (file: { groups: { rules: { record?: string }[] }[] }) => {
      for (const group of file.groups)
        group.rules = group.rules.filter(({ record }) => record !== EDGE_INFO);
    },
  );
}

/** A certificate that ends in some days, as the inventory would record it. Gives what undoes it. */
export function certificateWithDaysLeft(
  lab: ScenarioContext,
  cluster: string,
  days: number,
): Promise<() => Promise<unknown>> {
  const end = Math.floor(Date.now() / 1000) + days * day;
  const rule = {
    record: CERTIFICATE_EXPIRY,
    expr: `vector(${end})`,
    labels: { certificate: "edge", cluster },
  };
  return change(lab, `${mimir}-rules`, RULES_FILE, (file: { groups: object[] }) => {
    file.groups.push({ name: "drill", interval: "30s", rules: [rule] });
  });
}

async function change<T>(
  lab: ScenarioContext,
  map: string,
  file: string,
  edit: (content: T) => void,
): Promise<() => Promise<unknown>> {
  const place = ["configmap", map, `--namespace=${HUB_NAMESPACE}`];
  const { data } = JSON.parse(await lab.kubectl("ops", ["get", ...place, "--output=json"])) as {
    data: Record<string, string>;
  };
  const before = data[file] ?? "";
  const content = fromYaml(before) as T;
  edit(content);
  const write = async (text: string) => {
    await lab.kubectl("ops", [
      "patch",
      ...place,
      "--type=merge",
      `--patch=${JSON.stringify({ data: { [file]: text } })}`,
    ]);
    await noticed(lab, `app.kubernetes.io/instance=${map.replace(/-[^-]*$/, "")}`);
  };
  let changed = true;
  // Once: an update of the hub may have written it anew since.
  const undo = async () => {
    if (changed) await write(before);
    changed = false;
  };
  lab.onCleanup(`ConfigMap ${map} is as it was`, undo);
  await write(toYaml(content));
  return undo;
}

/** Kubelet looks at the ConfigMaps of a pod once a minute, and whenever the pod changes. */
export async function noticed(lab: ScenarioContext, selector: string): Promise<void> {
  const annotation = `heliograph.lab/noticed=${Date.now()}`;
  const pods = ["pods", `--selector=${selector}`, `--namespace=${HUB_NAMESPACE}`];
  await lab.kubectl("ops", ["annotate", ...pods, annotation, "--overwrite"]);
}
