import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Signal } from "@heliograph/heliograph";
import { HUB_NAMESPACE, SIGNALS } from "@heliograph/heliograph/model";
import { startAzurite } from "../clouds/azurite.js";
import { startFakeGcs } from "../clouds/fake-gcs.js";
import type { CloudStore } from "../clouds/store.js";
import { machine } from "../clusters/topology.js";
import { ensureDebianPackages } from "../toolchain/index.js";
import { startContext } from "../phases/context.js";
import { identityObjects } from "./clouds/identity.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell } from "./support/hub.js";

const pods: Readonly<Record<Signal, string>> = {
  metrics: `mimir-${cell}-0`,
  logs: `loki-${cell}-0`,
  traces: `tempo-${cell}-0`,
};
const accounts = JSON.stringify(SIGNALS.map((signal) => pods[signal].replace(/-0$/, "")));
/** The API server looks for new policies every few seconds. */
const policySeconds = 10;

interface Cloud {
  readonly title: string;
  readonly start: (lab: ScenarioContext, folder: string) => Promise<CloudStore>;
  /** By what the cloud knows pods that may use its stores, as the API server asks it. */
  readonly pods: string;
}

const where = (folder: string) => ({ folder, address: machine.bridgeAddress, buckets: SIGNALS });

/** Workload identity: pods are known by a label. */
export const azure: Scenario = scenario("azure", {
  title: "Azure Blob Storage (Azurite)",
  start: (_, folder) => startAzurite(where(folder)),
  pods: `has(object.metadata.labels) && object.metadata.labels[?"azure.workload.identity/use"].orValue("") == "true"`,
});

/** Workload identity of GKE: pods are known by their service account. */
export const gcs: Scenario = scenario("gcs", {
  title: "Google Cloud Storage (fake-gcs-server)",
  start: async ({ signal }, folder) => {
    const debian = await ensureDebianPackages({ signal });
    const built = await startContext(signal, debian, {
      programs: ["fake-gcs-server"],
    }).builds.ready("fake-gcs-server");
    return startFakeGcs(join(built, "fake-gcs-server"), where(folder));
  },
  pods: `object.spec.?serviceAccountName.orValue("") in ${accounts}`,
});

function scenario(name: string, cloud: Cloud): Scenario {
  return {
    name,
    summary: `the hub keeps everything in ${cloud.title}, with the identity of its pods, and verifies`,
    needs: "deployment",
    run: (lab) => run(lab, cloud),
  };
}

async function run(lab: ScenarioContext, { title, start, pods: selected }: Cloud): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "heliograph-lab-cloud-"));
  lab.onCleanup("no folder of the store is left", () =>
    rm(folder, { recursive: true, force: true }),
  );
  lab.log(`starting ${title}`);
  const store = await start(lab, folder);
  lab.onCleanup("the store has ended", () => store.stop());
  // Opened first, to be restored when no new pod gets the identity any more.
  const file = await HubFile.open(lab);
  await lab.apply("ops", identityObjects(store, selected));
  await new Promise((resolve) => setTimeout(resolve, policySeconds * 1000));

  for (const signal of SIGNALS)
    await file.set(["cells", cell, signal, "bucket"], store.section(signal));
  const began = Date.now();
  await file.deploy();
  lab.log(`deployed in ${seconds(began)} s`);
  await checkGreen(lab, "while it is written");

  lab.log("stopping the backends: each ships what it has");
  await lab.kubectl("ops", [
    "delete",
    "pod",
    "-n",
    HUB_NAMESPACE,
    ...Object.values(pods),
    "--timeout=180s",
  ]);
  for (const signal of SIGNALS) {
    const objects = await store.objects(signal);
    const tenants = new Set(
      objects.filter((object) => object.includes("/")).map((object) => object.split("/")[0]),
    );
    lab.check(
      `${signal} are in the store`,
      objects.length > 0,
      `${objects.length} objects: ${[...tenants].join(", ")}`,
    );
  }
  const ready = [
    "wait",
    "pod",
    "-n",
    HUB_NAMESPACE,
    ...Object.values(pods),
    "--for=condition=Ready",
    "--timeout=240s",
  ];
  await lab.kubectl("ops", ready);
  await checkGreen(lab, "once it was started from the store");
}

function seconds(began: number): number {
  return Math.round((Date.now() - began) / 1000);
}
