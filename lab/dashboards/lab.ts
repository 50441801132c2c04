import { allDashboards } from "@heliograph/heliograph/model";
import { type ClusterName, clusters } from "../clusters/topology.js";
import type { ScenarioContext } from "../scenarios/context.js";
import { Panels } from "../scenarios/dashboards/answers.js";
import { emptyFor, NOT_ASKED } from "../scenarios/dashboards/exceptions.js";
import type { Source } from "./source.js";

/** The running lab, asked as the scenario `dashboards` asks it. `cluster`: defaults to all. */
export async function labSource(lab: ScenarioContext, cluster?: ClusterName): Promise<Source> {
  const panels = await Panels.open(lab);
  const names = cluster === undefined ? clusters.map(({ name }) => name) : [cluster];
  const audiences = new Map(allDashboards().map(({ name, audience }) => [name, audience]));
  return {
    ask: (question, over) => {
      const audience = audiences.get(question.dashboard) ?? "operators";
      return panels.answers(question, panels.tenantsOf(question, audience), over);
    },
    whyNotAsked: ({ signal }) => NOT_ASKED[signal],
    whyEmpty: (question) =>
      names.map((name) => emptyFor(question, name)).find((reason) => reason !== undefined),
  };
}
