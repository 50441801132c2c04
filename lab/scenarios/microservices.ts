import { setTimeout as pause } from "node:timers/promises";
import { microservicesRole } from "../../components/in-force";
import { METRICS_COMPONENTS } from "../../components/topology";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell, openHub, tlsOf } from "./support/hub.js";
import { SampleWriter } from "./support/sample-writer.js";

const namespace = "heliograph-hub";
const metrics = ["cells", cell, "metrics"];
/** As small as can be, beside the single process on two cores: one pod each, and so one copy. */
const replicas = Object.fromEntries(METRICS_COMPONENTS.map((component) => [component, 1]));
const fewerSeries = 8000;

/** What only the single process held is seen once its blocks are in the index of the bucket, and the index is read again. */
const visibleSeconds = 480;

/** There and back: each Mimir that ends has to leave everything it has accepted in the bucket. */
export const microservices: Scenario = {
  name: "microservices",
  summary: "Mimir becomes microservices, and one process again, under writes: all that was accepted is read back",
  needs: "deployment",
  async run(lab) {
    // Noted first, to be done last: when their pods are gone.
    lab.onCleanup("no claim of the microservices is left", () => removeClaims(lab));
    const file = await HubFile.open(lab);
    const writer = new SampleWriter(lab, "dev", await tlsOf(lab, await openHub(lab), "dev"));
    await writer.backlog();
    writer.start();
    lab.onCleanup("nobody writes", () => writer.stop());
    lab.check("the single process has accepted samples", writer.accepted > 0, `${writer.accepted}, in its head only`);

    lab.log("from single to microservices");
    await file.set([...metrics, "topology"], "microservices");
    await file.set([...metrics, "replicas"], replicas);
    for (const edge of ["dev", "stg", "prd"]) await file.set(["edges", edge, "activeSeries"], fewerSeries);
    await deployed(lab, file);
    await checkComponents(lab);
    await checkReadBack(lab, writer, "microservices");
    await checkGreen(lab, "with microservices");

    lab.log("and back");
    await file.restore();
    await checkReadBack(lab, writer, "single");
    await checkGreen(lab, "with one process again");
  },
};

async function deployed(lab: ScenarioContext, file: HubFile): Promise<void> {
  const start = performance.now();
  await file.deploy();
  lab.log(`deployed in ${seconds(start)} s`);
}

interface Workloads {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly replicas: number };
    readonly status: { readonly readyReplicas?: number };
  }[];
}

async function checkComponents(lab: ScenarioContext): Promise<void> {
  const selector = `app.kubernetes.io/instance=${microservicesRole("mimir", cell).instance}`;
  const get = ["get", "deployments,statefulsets", "-n", namespace, "-o", "json"];
  const { items } = JSON.parse(await lab.kubectl("ops", [...get, "-l", selector])) as Workloads;
  const ready = items.filter(({ spec, status }) => (status.readyReplicas ?? 0) === spec.replicas);
  const names = ready.map(({ metadata }) => metadata.name.replace(`mimir-${cell}-`, ""));
  const all = METRICS_COMPONENTS.every((component) => names.includes(component));
  lab.check("every component is ready", all && ready.length === items.length, names.join(", "));
  const single = await lab.kubectl("ops", [
    "get",
    "pods",
    "-n",
    namespace,
    "-l",
    "app.kubernetes.io/instance=mimir-main",
    "-o",
    "name",
  ]);
  lab.check("the single process is gone", single.trim() === "", single.trim() || "no pod of it");
}

/** Everything that was accepted until now; writes go on meanwhile. */
async function checkReadBack(lab: ScenarioContext, writer: SampleWriter, by: string): Promise<void> {
  const start = performance.now();
  const wanted = writer.mark();
  let found = 0;
  while (found < wanted && (performance.now() - start) / 1000 < visibleSeconds && !lab.signal.aborted) {
    found = await writer.readBack().catch(() => 0);
    if (found < wanted) await pause(5000, undefined, { signal: lab.signal });
  }
  const figures = `${found} of ${wanted}, ${seconds(start)} s after the update; refused and to be sent again: ${writer.refusals()}`;
  lab.check(`what was accepted is read back from ${by}`, found === wanted, figures);
  lab.check("whatever was refused can be sent again", writer.lostForGood === 0, `${writer.lostForGood} answers of 4xx`);
}

/** They outlive their pods by design; another run would find them in its way. */
async function removeClaims(lab: ScenarioContext): Promise<void> {
  const selector = `app.kubernetes.io/instance=${microservicesRole("mimir", cell).instance}`;
  await lab.kubectl("ops", ["delete", "pvc", "-n", namespace, "-l", selector, "--timeout=120s"]);
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
