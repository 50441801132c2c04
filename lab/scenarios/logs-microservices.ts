import { isDeepStrictEqual } from "node:util";
import { backendOf, microservicesRole } from "@heliograph/heliograph/model";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell, openHub, tlsOf } from "./support/hub.js";
import { bringMemcached, checkCaches } from "./support/memcached.js";
import { checkComponents, setMicroservices } from "./support/microservices.js";
import { counts, type Probe, Probes } from "./support/probes.js";
import { removeStored } from "./support/stored.js";

const { components } = backendOf("logs", "loki");
const selector = `app.kubernetes.io/instance=${microservicesRole("loki", cell).instance}`;
/**
 * What only those held that have ended is seen once index gateways have looked into the bucket
 * again: once a minute.
 */
const visibleSeconds = 240;

/** There and back: each Loki that ends has to leave every line it has accepted in the bucket. */
export const logsMicroservices: Scenario = {
  name: "logs-microservices",
  summary:
    "Loki becomes microservices, and one process again: every line is read back, also from caches and without them",
  needs: "deployment",
  async run(lab) {
    await bringMemcached(lab);
    // Noted first, to be done last: when their pods are gone.
    lab.onCleanup("no claim of the microservices is left", () => removeStored(lab, selector, []));
    const file = await HubFile.open(lab);
    const written = await writeLines(lab);
    await checkReadBack(lab, written, "the single process");

    lab.log("from single to microservices");
    await setMicroservices(file, "logs", components);
    await file.deploy();
    await checkComponents(lab, "loki", cell, components);
    written.push(...(await writeLines(lab)));
    await checkReadBack(lab, written, "microservices");
    await checkGreen(lab, "with microservices");
    await checkCaches(lab, ["loki", cell], (when) =>
      checkReadBack(lab, written, `microservices ${when}`),
    );

    lab.log("and back");
    await file.restore();
    await checkReadBack(lab, written, "the single process again");
    await checkGreen(lab, "with one process again");
  },
};

/** By every way in of lines; what is accepted may not be lost. */
async function writeLines(lab: ScenarioContext): Promise<Probe[]> {
  const hub = await openHub(lab);
  const probes = await new Probes(lab, hub).write(await tlsOf(lab, hub, "dev"));
  return probes.filter(({ way, answer }) => way.signal === "logs" && answer.status < 300);
}

async function checkReadBack(
  lab: ScenarioContext,
  written: readonly Probe[],
  by: string,
): Promise<void> {
  const start = performance.now();
  const found = await new Probes(lab, await openHub(lab)).foundAll(written, visibleSeconds);
  const took = ((performance.now() - start) / 1000).toFixed(1);
  const all = written.length > 0 && isDeepStrictEqual(found, { dev: written.length });
  lab.check(
    `lines are read back from ${by}`,
    all,
    `${counts(found)} of ${written.length}, after ${took} s`,
  );
}
