import { HUB_NAMESPACE } from "../../components/contract/places";
import { clusterNamed } from "../clusters/topology.js";
import { bringImage } from "../phases/cluster.js";
import { objectsIn } from "../store/minio.js";
import type { Scenario } from "./context.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell } from "./support/hub.js";
import { removeStored } from "./support/stored.js";

const bucket = "metrics-cortex";
const selector = `app.kubernetes.io/instance=cortex-${cell}`;

export const cortex: Scenario = {
  name: "cortex",
  summary: "Cortex keeps the metrics of the cell instead of Mimir, a Prometheus evaluates its rules, and all is well",
  needs: "deployment",
  async run(lab) {
    lab.log("bringing the image");
    await bringImage(clusterNamed("ops"), "cortex", lab.signal);
    // Noted first, to be done last: when its pods are gone.
    lab.onCleanup("nothing of Cortex is left", () => removeStored(lab, selector, [bucket]));
    const file = await HubFile.open(lab);
    const metrics = ["cells", cell, "metrics"];
    await file.set([...metrics, "backend"], "cortex");
    // Neither reads what the other has stored.
    await file.set([...metrics, "bucket", "bucket"], bucket);
    await file.deploy();
    await checkGreen(lab, "with Cortex");

    await lab.kubectl("ops", ["delete", "pod", "-n", HUB_NAMESPACE, `--selector=${selector}`, "--timeout=180s"]);
    const blocks = (await objectsIn(bucket)).filter((object) => object.endsWith("/index"));
    const tenants = [...new Set(blocks.map((block) => block.split("/")[0]))].join(", ");
    lab.check("it shipped what it had when it was stopped", blocks.length > 0, `${blocks.length} blocks: ${tenants}`);
    await checkGreen(lab, "once it was started again");
  },
};
