import { isDeepStrictEqual } from "node:util";
import { backendOf, HUB_NAMESPACE } from "@heliograph/heliograph/model";
import { clusterNamed } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import { bringImage } from "../phases/cluster.js";
import { objectsIn } from "../store/minio.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkHub } from "./support/commands.js";
import { letIn } from "./support/extra-edges.js";
import { HubFile } from "./support/hub-file.js";
import { openHub } from "./support/hub.js";
import { bringMemcached, checkCaches } from "./support/memcached.js";
import { onePodEach } from "./support/microservices.js";
import { counts, Probes } from "./support/probes.js";
import { labBucket, removeStored } from "./support/stored.js";

/** Name of the cell, of its region, of its bucket, and of the one tenant there. */
const cell = "blocks";
const META = "meta.json";
/** It looks for new blocks twice a minute. */
const uploadSeconds = 60;
/**
 * The store gateway looks into the bucket once a minute, and may be told then what was there a
 * minute ago.
 */
const visibleSeconds = 180;
const ingester = `thanos-${cell}-ingester`;
const selector = `app.kubernetes.io/instance=thanos-${cell}-microservices`;

/** A second cell beside the lab's own, with Thanos. */
export const thanosHub: Scenario = {
  name: "thanos-hub",
  summary:
    "a cell with Thanos takes what an edge writes, keeps it in its bucket, and reads it from there when its disk is lost, from caches and without them",
  needs: "deployment",
  async run(lab) {
    lab.log("bringing the image");
    await bringImage(clusterNamed("ops"), "thanos", lab.signal);
    await bringMemcached(lab);
    lab.onCleanup("nothing of the cell is left", () => removeStored(lab, selector, [cell]));
    const file = await HubFile.open(lab);
    await file.set(["cells", cell], section());
    const { "blocks-prd": tls } = await letIn(lab, file, { "blocks-prd": { tenant: cell, cell } });

    const probes = new Probes(lab, await openHub(lab), { cell });
    const written = await probes.write(tls);
    const taken = written.filter(({ answer }) => answer.status < 300);
    const signals = [...new Set(taken.map(({ way }) => way.signal))];
    lab.check(
      "it takes metrics, by every way in",
      isDeepStrictEqual(signals, ["metrics"]),
      `${taken.length} probes`,
    );
    const there = async (what: string) => {
      const found = await probes.foundAll(taken, visibleSeconds);
      lab.check(what, isDeepStrictEqual(found, { [cell]: taken.length }), counts(found));
    };
    await there("they are found, by their tenant alone");
    await checkHub(lab, ["limits", "alerts"]);

    // The newest of all samples is not in the block that an ingester makes when it is stopped
    // (flushHead, in 0.42.0): it stays on the disk.
    await probes.write(tls);
    await restart(lab);
    await checkUploaded(lab);
    await lab.kubectl("ops", [
      "delete",
      "pvc",
      `data-${ingester}-0`,
      `-n=${HUB_NAMESPACE}`,
      "--wait=false",
    ]);
    await restart(lab);
    await there("they are found with an empty disk");
    await checkCaches(lab, ["thanos", cell], (when) => there(`they are found ${when}`));
  },
};

function section(): object {
  const { components, alone = [] } = backendOf("metrics", "thanos").architecture({});
  const replicas = onePodEach(components.filter((component) => !alone.includes(component)));
  const layout = { topology: "microservices", replicas, caches: true, diskSize: "1Gi" };
  return { region: cell, metrics: { backend: "thanos", ...layout, bucket: labBucket(cell) } };
}

/** Whatever block is on the disk of the ingester, is in the bucket. */
async function checkUploaded(lab: ScenarioContext): Promise<void> {
  const find = [
    "exec",
    `${ingester}-0`,
    `-n=${HUB_NAMESPACE}`,
    "--",
    "find",
    `/data/${cell}`,
    "-name",
    META,
  ];
  const onDisk = (await lab.kubectl("ops", find))
    .trim()
    .split("\n")
    .map((path) => path.split("/").at(-2));
  let blocks: (string | undefined)[] = [];
  const uploaded = async () => {
    blocks = (await objectsIn(cell))
      .filter((name) => name.endsWith(`/${META}`))
      .map((name) => name.split("/")[0]);
    return onDisk.every((block) => blocks.includes(block));
  };
  await until(
    { what: "the blocks in the bucket", seconds: uploadSeconds, signal: lab.signal },
    uploaded,
  );
  lab.check(
    "an ingester that has started again uploads",
    blocks.length > 0,
    `${blocks.length}: ${blocks.join(", ")}`,
  );
}

async function restart(lab: ScenarioContext): Promise<void> {
  await lab.kubectl("ops", ["delete", "pod", `${ingester}-0`, `-n=${HUB_NAMESPACE}`]);
  await lab.kubectl("ops", [
    "rollout",
    "status",
    `statefulset/${ingester}`,
    `-n=${HUB_NAMESPACE}`,
    "--timeout=180s",
  ]);
}
