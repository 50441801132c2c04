import type { Signal } from "@heliograph/heliograph";
import { HUB_NAMESPACE, microservicesRole } from "@heliograph/heliograph/model";
import type { ScenarioContext } from "../context.js";
import type { HubFile } from "./hub-file.js";
import { cell } from "./hub.js";

const fewerSeries = 8000;

/** As small as can be, beside the single process on two cores; with caches. */
export async function setMicroservices(
  file: HubFile,
  signal: Signal,
  components: readonly string[],
): Promise<void> {
  const path = ["cells", cell, signal];
  await file.set([...path, "topology"], "microservices");
  await file.set([...path, "replicas"], onePodEach(components));
  await file.set([...path, "caches"], true);
  for (const edge of ["dev", "stg", "prd"])
    await file.set(["edges", edge, "activeSeries"], fewerSeries);
}

/** And so one copy. */
export function onePodEach(components: readonly string[]): Record<string, number> {
  return Object.fromEntries(components.map((component) => [component, 1]));
}

interface Workloads {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly replicas: number };
    readonly status: { readonly readyReplicas?: number };
  }[];
}

/** The microservices of a cell's backend are there, and nothing of its single process is. */
export async function checkComponents(
  lab: ScenarioContext,
  backend: string,
  cell: string,
  components: readonly string[],
): Promise<void> {
  const selector = `app.kubernetes.io/instance=${microservicesRole(backend, cell).instance}`;
  const get = ["get", "deployments,statefulsets", "-n", HUB_NAMESPACE, "-o", "json"];
  const { items } = JSON.parse(await lab.kubectl("ops", [...get, "-l", selector])) as Workloads;
  const ready = items.filter(({ spec, status }) => (status.readyReplicas ?? 0) === spec.replicas);
  const names = ready.map(({ metadata }) => metadata.name.replace(`${backend}-${cell}-`, ""));
  const all = components.every((component) => names.includes(component));
  lab.check("every component is ready", all && ready.length === items.length, names.join(", "));
  const ofSingle = ["-l", `app.kubernetes.io/instance=${backend}-${cell}`, "-o", "name"];
  const single = (
    await lab.kubectl("ops", ["get", "pods", "-n", HUB_NAMESPACE, ...ofSingle])
  ).trim();
  lab.check("the single process is gone", single === "", single || "no pod of it");
}
