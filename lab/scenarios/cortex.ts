import {
  allDashboards,
  backendOf,
  HUB_NAMESPACE,
  microservicesRole,
} from "@heliograph/heliograph/model";
import { clusterNamed, clusters } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import { bringImage } from "../phases/cluster.js";
import { objectsIn } from "../store/minio.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkPanels } from "./dashboards/check.js";
import { emptyBackend } from "./dashboards/exceptions.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell, openMimir } from "./support/hub.js";
import { bringMemcached, checkCaches } from "./support/memcached.js";
import { checkComponents, setMicroservices } from "./support/microservices.js";
import { removeStored } from "./support/stored.js";

const bucket = "metrics-cortex";
const { components } = backendOf("metrics", "cortex");
const single = `app.kubernetes.io/instance=cortex-${cell}`;
const both = `app.kubernetes.io/instance in (cortex-${cell},${microservicesRole("cortex", cell).instance})`;
/**
 * What only the single process held is seen once its blocks are in the index of the bucket, and the
 * index is read again.
 */
const visibleSeconds = 480;

export const cortex: Scenario = {
  name: "cortex",
  summary:
    "Cortex keeps the metrics of the cell instead of Mimir, as one process and as microservices with caches; a Prometheus evaluates its rules",
  needs: "deployment",
  async run(lab) {
    lab.log("bringing the images");
    await bringImage(clusterNamed("ops"), "cortex", lab.signal);
    await bringMemcached(lab);
    // Noted first, to be done last: when its pods are gone.
    lab.onCleanup("nothing of Cortex is left", () => removeStored(lab, both, [bucket]));
    const file = await HubFile.open(lab);
    const metrics = ["cells", cell, "metrics"];
    await file.set([...metrics, "backend"], "cortex");
    // Neither reads what the other has stored.
    await file.set([...metrics, "bucket", "bucket"], bucket);
    await file.deploy();
    await checkGreen(lab, "with Cortex");

    await lab.kubectl("ops", [
      "delete",
      "pod",
      "-n",
      HUB_NAMESPACE,
      `--selector=${single}`,
      "--timeout=180s",
    ]);
    const blocks = (await objectsIn(bucket)).filter((object) => object.endsWith("/index"));
    const tenants = [...new Set(blocks.map((block) => block.split("/")[0]))].join(", ");
    lab.check(
      "it shipped what it had when it was stopped",
      blocks.length > 0,
      `${blocks.length} blocks: ${tenants}`,
    );
    await checkGreen(lab, "once it was started again");

    const series = await seriesUntilNow(lab);
    const before = await series();
    lab.log("from single to microservices");
    await setMicroservices(file, "metrics", components);
    await file.deploy();
    await checkComponents(lab, "cortex", cell, components);
    const there = async (when: string) => {
      const wait = { what: `${before} series`, seconds: visibleSeconds, signal: lab.signal };
      await until(wait, async () => (await series()) === before);
      lab.check(`series of the single process are read ${when}`, before > 0, `${before}`);
    };
    await there("from microservices");
    await checkGreen(lab, "with microservices");
    const boards = allDashboards().filter(({ name }) => /^cortex/.test(name));
    await checkPanels(lab, boards, ["ops"], emptyBackend);
    await checkCaches(lab, ["cortex", cell], there);
  },
};

/** How many series had a sample by now. */
async function seriesUntilNow(lab: ScenarioContext): Promise<() => Promise<number>> {
  const seconds = Math.floor(Date.now() / 1000);
  const tenants = clusters.map(({ name }) => name);
  return async () =>
    (await openMimir(lab)).number(tenants, "count(last_over_time(up[1h]))", seconds);
}
