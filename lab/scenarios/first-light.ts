import { setTimeout as pause } from "node:timers/promises";
import type { MetricsReader } from "@heliograph/heliograph/model";
import { BY_LABELS, HUB_MADE } from "../../src/cli/commands/verify/checks/labels";
import { clusterNames } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { openMimir } from "./support/hub.js";

const tenants = [...clusterNames];
const demos = [
  { edge: "dev", namespace: "web" },
  { edge: "stg", namespace: "secure" },
  { edge: "prd", namespace: "web" },
  { edge: "prd", namespace: "secure" },
] as const;

/**
 * What the lab is for: metrics of four clusters at one hub, each in its tenant, every series
 * labelled.
 */
export const firstLight: Scenario = {
  name: "first-light",
  summary:
    "metrics of four clusters at the hub, request counters that rise, no series without its five labels",
  needs: "deployment",
  async run(lab) {
    const mimir = await openMimir(lab);
    await checkClusters(lab, mimir);
    await checkCounters(lab, mimir);
    await checkLabels(lab, mimir);
  },
};

async function checkClusters(lab: ScenarioContext, mimir: MetricsReader): Promise<void> {
  const seen = await mimir.query(tenants, "count by (cluster) (up)");
  const detail = seen.map(({ labels, value }) => `${labels["cluster"]} ${value}`).sort();
  const names = seen.map(({ labels }) => labels["cluster"]).sort();
  lab.check(
    "count by (cluster) (up) over all tenants",
    names.join() === [...tenants].sort().join(),
    detail.join(", "),
  );
}

async function checkCounters(lab: ScenarioContext, mimir: MetricsReader): Promise<void> {
  const read = () =>
    Promise.all(
      demos.map(({ edge, namespace }) =>
        mimir.number([edge], `sum(nginx_http_requests_total{namespace="${namespace}"})`),
      ),
    );
  const before = await read();
  lab.log("waiting for two scrapes");
  await pause(35_000, undefined, { signal: lab.signal });
  const after = await read();
  demos.forEach(({ edge, namespace }, index) => {
    const [from = 0, to = 0] = [before[index], after[index]];
    lab.check(
      `requests of ${namespace} in ${edge} rise`,
      from > 0 && to > from,
      `${from} -> ${to}`,
    );
  });
}

/**
 * Counts series that edges send by the five labels, tenant by tenant, and holds every combination
 * against the inventory.
 */
async function checkLabels(lab: ScenarioContext, mimir: MetricsReader): Promise<void> {
  for (const tenant of tenants) {
    const groups = await mimir.query(
      [tenant],
      `${BY_LABELS} ({__name__=~".+",__name__!~"${HUB_MADE}"})`,
    );
    const wanted = {
      cluster: tenant,
      environment: tenant,
      region: "lab",
      cluster_type: tenant === "ops" ? "ops" : "workload",
      tenant_id: tenant,
    };
    const good = groups.filter(({ labels }) =>
      Object.entries(wanted).every(([label, value]) => labels[label] === value),
    );
    const sum = (of: typeof groups) => of.reduce((total, { value }) => total + value, 0);
    const wrong = sum(groups) - sum(good);
    lab.check(
      `series of ${tenant} that lack or mislabel one of the five labels`,
      wrong === 0 && sum(good) > 0,
      `${wrong} of ${sum(groups)}`,
    );
  }
}
