import { isDeepStrictEqual } from "node:util";
import type { Signal } from "@heliograph/heliograph";
import { HUB_NAMESPACE, SIGNALS, VERIFY_METRIC } from "@heliograph/heliograph/model";
import { clusterNamed } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import { bringImage } from "../phases/cluster.js";
import { objectsIn } from "../store/minio.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkHub } from "./support/commands.js";
import { letIn } from "./support/extra-edges.js";
import { HubFile } from "./support/hub-file.js";
import { cell as main, openHub } from "./support/hub.js";
import { counts, type Probe, Probes } from "./support/probes.js";
import { openGlobalQuery, valuesBy } from "./support/promql.js";
import { labBucket, removeStored } from "./support/stored.js";

/** Name of the cell, of its region, and of the one tenant there. */
const eu = "eu";
const edge = "eu-prd";
const BACKENDS: Readonly<Record<Signal, string>> = {
  metrics: `mimir-${eu}`,
  logs: `loki-${eu}`,
  traces: `tempo-${eu}`,
};
/** Who asks one cell for the query over all of them has just been started. */
const visibleSeconds = 60;
const bucketOf = (signal: Signal, cell: string) => (cell === main ? signal : `${signal}-${cell}`);

/** A second cell beside the lab's own, as small as can be. */
export const residency: Scenario = {
  name: "residency",
  summary:
    "what a tenant of another cell writes is in that cell's buckets and in no other; moving it is refused",
  needs: "deployment",
  async run(lab) {
    await bringImage(clusterNamed("ops"), "thanos", lab.signal);
    // Noted first, to be done last: when the cell's pods are gone.
    lab.onCleanup("nothing of the cell is left", () => removeCell(lab));
    const file = await HubFile.open(lab);
    await file.set(["cells", eu], section());
    await file.set(["globalQuery"], { replicas: 1 });
    const start = performance.now();
    const { [edge]: tls } = await letIn(lab, file, { [edge]: { tenant: eu, cell: eu } });
    lab.log(`a second cell and an edge of a tenant there, in ${seconds(start)} s`);

    const hub = await openHub(lab);
    const here = new Probes(lab, hub, { cell: eu, edge });
    const written = await here.write(tls);
    const found = await here.foundAll(written);
    lab.check(
      "what it writes is found in its cell",
      isDeepStrictEqual(found, { [eu]: written.length }),
      counts(found),
    );
    const elsewhere = await new Probes(lab, hub).found(written);
    lab.check("and not in the other", isDeepStrictEqual(elsewhere, {}), counts(elsewhere));

    await checkOneQuery(lab, written);
    // Each data source is asked what Grafana would ask through it.
    await checkHub(lab, ["limits", "data sources"]);
    await checkBuckets(lab);
    await checkMove(lab, file);
  },
};

function section(): object {
  const bucket = (signal: Signal) => labBucket(bucketOf(signal, eu));
  const diskSize = "1Gi";
  return {
    region: eu,
    metrics: { diskSize, bucket: bucket("metrics") },
    logs: { diskSize, schemaFrom: "2026-11-01", bucket: bucket("logs") },
    traces: { diskSize, bucket: bucket("traces") },
  };
}

/** Metrics alone have a data source over all cells. */
async function checkOneQuery(lab: ScenarioContext, written: readonly Probe[]): Promise<void> {
  const query = await openGlobalQuery(lab);
  const wanted = written.filter(({ way }) => way.signal === "metrics").length;
  const others = (await openHub(lab)).tenantsOf(main);
  let found: Record<string, number> = {};
  const both = async () => {
    found = valuesBy(
      "tenant_id",
      await query(`count by (tenant_id) ({__name__=~"up|${VERIFY_METRIC}"})`),
    );
    return found[eu] === wanted && others.every((tenant) => tenant in found);
  };
  const wait = {
    what: "tenants of both cells in one answer",
    seconds: visibleSeconds,
    signal: lab.signal,
  };
  const seen = await until(wait, both).then(
    () => true,
    () => false,
  );
  lab.check("one query sees the metrics of both cells", seen, counts(found));
}

/** Whoever is stopped ships what it holds. */
async function checkBuckets(lab: ScenarioContext): Promise<void> {
  for (const name of Object.values(BACKENDS)) {
    await lab.kubectl("ops", [
      "delete",
      "pod",
      `--selector=app.kubernetes.io/instance=${name}`,
      `-n=${HUB_NAMESPACE}`,
    ]);
    await lab.kubectl("ops", [
      "rollout",
      "status",
      `statefulset/${name}`,
      `-n=${HUB_NAMESPACE}`,
      "--timeout=180s",
    ]);
  }
  const others = (await openHub(lab)).tenants.filter((tenant) => tenant !== eu);
  for (const signal of SIGNALS) {
    const objects = await objectsIn(bucketOf(signal, eu));
    const own = objects.filter((name) => belongsTo(name, [eu]));
    lab.check(
      `objects of ${signal} of ${eu} are in ${bucketOf(signal, eu)}`,
      own.length > 0,
      `${own.length}, e.g. ${own[0]}`,
    );
    const foreign = objects.filter((name) => belongsTo(name, others));
    lab.check(
      `and those of no other tenant`,
      foreign.length === 0,
      `${foreign.length} of ${objects.length}`,
    );
    const strayed = await objectsIn(bucketOf(signal, main));
    const lost = strayed.filter((name) => belongsTo(name, [eu]));
    lab.check(
      `none of it is in ${bucketOf(signal, main)}`,
      lost.length === 0,
      `${lost.length} of ${strayed.length}`,
    );
  }
}

/** Each backend keeps a tenant's objects in a folder of its name. */
function belongsTo(object: string, tenants: readonly string[]): boolean {
  return object.split("/").some((folder) => tenants.includes(folder));
}

async function checkMove(lab: ScenarioContext, file: HubFile): Promise<void> {
  await file.set(["tenants", eu, "cell"], main);
  const { code, stdout, stderr } = await lab.heliograph(["preview", "ops"]);
  await file.set(["tenants", eu, "cell"], eu);
  const said = `${stdout}${stderr}`;
  const refused = /tenants\.eu\.cell[\s\S]*properly[\s\S]*?accept .*/.exec(said)?.[0];
  lab.check(
    "moving the tenant is refused, with the way to do it",
    code === 1 && refused !== undefined,
    refused ?? said,
  );
}

async function removeCell(lab: ScenarioContext): Promise<void> {
  const selector = `app.kubernetes.io/instance in (${Object.values(BACKENDS).join(",")})`;
  const buckets = SIGNALS.map((signal) => bucketOf(signal, eu));
  await removeStored(lab, selector, buckets);
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
