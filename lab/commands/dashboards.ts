import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { allDashboards, type Dashboard } from "@heliograph/heliograph/model";
import { clusters, isClusterName } from "../clusters/topology.js";
import { countsOf, drawDashboards } from "../dashboards/index.js";
import { labSource } from "../dashboards/lab.js";
import { LabError } from "../host/errors.js";
import { expectLab } from "../host/state-folder.js";
import { grafanaHome } from "../images/index.js";
import type { Scenario } from "../scenarios/context.js";
import { runScenario } from "../scenarios/run.js";
import { statePaths } from "../state.js";
import { programFolder } from "../toolchain/index.js";

export interface DashboardsOptions {
  /** Where pages are written. Defaults to a folder of the lab's state. */
  out?: string;
  /** The cluster, and the tenant of the same name, that is chosen. Defaults to all. */
  cluster?: string;
}

/** Draws dashboards from what the running lab answers. Changes nothing in it. */
export async function dashboards(
  names: readonly string[],
  { out = join(statePaths().root, "dashboards"), cluster }: DashboardsOptions,
): Promise<void> {
  const chosen = names.length > 0 ? names.map(named) : allDashboards();
  if (cluster !== undefined && !isClusterName(cluster))
    throw new LabError(
      `There is no cluster ${cluster}. There are: ${clusters.map(({ name }) => name).join(", ")}`,
    );
  await expectLab();
  const folder = resolve(out);
  const values: Record<string, string> = cluster === undefined ? {} : { tenant: cluster, cluster };
  const drawing: Scenario = {
    name: "dashboards",
    summary: "every dashboard is drawn",
    needs: "deployment",
    async run(lab) {
      const all = await drawDashboards(chosen, {
        source: await labSource(lab, cluster),
        values,
        folder,
        onDashboard: ({ title }) => lab.log(title),
      });
      console.log(`\n${countsOf(all.flatMap(({ panels }) => panels))}`);
      console.log(`Open ${pathToFileURL(join(folder, "index.html")).href}`);
      if (grafanaHome() !== undefined) console.log(GRAFANA);
    },
  };
  const kubectl = join(programFolder("kubernetes"), "kubectl");
  const checks = await runScenario(drawing, kubectl, new AbortController().signal);
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length > 0) throw new LabError(failed.map(({ detail }) => detail).join("\n"));
}

const GRAFANA = `
Grafana runs in the hub's cluster. Open http://localhost:3000 as admin after:
  npm run lab -- kubectl ops -n heliograph-hub port-forward service/grafana 3000:80
  npm run --silent lab -- kubectl ops -n heliograph-hub get secret grafana \\
    -o jsonpath='{.data.admin-password}' | base64 -d`;

function named(name: string): Dashboard {
  const all = allDashboards();
  const found = all.find((dashboard) => dashboard.name === name);
  if (!found)
    throw new LabError(
      `There is no dashboard ${name}. There are: ${all.map((each) => each.name).join(", ")}`,
    );
  return found;
}
