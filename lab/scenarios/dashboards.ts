import { allDashboards, questionsOf } from "@heliograph/heliograph/model";
import { clusters } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkMutants, checkPanels } from "./dashboards/check.js";
import { NOT_ASKED } from "./dashboards/exceptions.js";
import { traceIdOf } from "./emitter/emission.js";
import { cell, openHub } from "./support/hub.js";
import { bringQuotas, simulateGpus } from "./dashboards/simulated.js";

export const dashboards: Scenario = {
  name: "dashboards",
  summary:
    "every panel of every dashboard is asked for every tenant and cluster: it has data, and no " +
    "other tenant's or cluster's",
  needs: "deployment",
  async run(lab) {
    await simulateGpus(lab);
    await bringQuotas(lab);
    await readTraces(lab);
    await checkPanels(
      lab,
      allDashboards(),
      clusters.map(({ name }) => name),
    );
    const ofLab = allDashboards().filter(({ name }) => !/^(cortex|thanos)/.test(name));
    await checkMutants(lab, ofLab, "dev");
    reportNotAsked(lab);
  },
};

/** Nobody else does in the lab, and there are panels about who reads. */
async function readTraces(lab: ScenarioContext): Promise<void> {
  const traces = await (await openHub(lab)).traces(cell);
  for (const { name } of clusters) await traces.trace(name, traceIdOf(name, 0));
}

function reportNotAsked(lab: ScenarioContext): void {
  const reasons = questionsOf(allDashboards()).flatMap(({ signal }) => NOT_ASKED[signal] ?? []);
  for (const reason of new Set(reasons))
    lab.log(`not asked: ${reasons.filter((each) => each === reason).length} queries: ${reason}`);
}
