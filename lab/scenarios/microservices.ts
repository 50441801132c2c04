import { setTimeout as pause } from "node:timers/promises";
import { backendOf, microservicesRole } from "@heliograph/heliograph/model";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell, openHub, tlsOf } from "./support/hub.js";
import { bringMemcached, checkCaches } from "./support/memcached.js";
import { checkComponents, setMicroservices } from "./support/microservices.js";
import { SampleWriter } from "./support/sample-writer.js";
import { removeStored } from "./support/stored.js";

const { components } = backendOf("metrics", "mimir");
const selector = `app.kubernetes.io/instance=${microservicesRole("mimir", cell).instance}`;

/**
 * What only the single process held is seen once its blocks are in the index of the bucket, and the
 * index is read again.
 */
const visibleSeconds = 480;

/** There and back: each Mimir that ends has to leave everything it has accepted in the bucket. */
export const microservices: Scenario = {
  name: "microservices",
  summary:
    "Mimir becomes microservices, and one process again, under writes: all that was accepted is read back, also from caches and without them",
  needs: "deployment",
  async run(lab) {
    await bringMemcached(lab);
    // Noted first, to be done last: when their pods are gone.
    lab.onCleanup("no claim of the microservices is left", () => removeStored(lab, selector, []));
    const file = await HubFile.open(lab);
    const writer = new SampleWriter(lab, "dev", await tlsOf(lab, await openHub(lab), "dev"));
    await writer.backlog();
    writer.start();
    lab.onCleanup("nobody writes", () => writer.stop());
    lab.check(
      "the single process has accepted samples",
      writer.accepted > 0,
      `${writer.accepted}, in its head only`,
    );

    lab.log("from single to microservices");
    await setMicroservices(file, "metrics", components);
    await deployed(lab, file);
    await checkComponents(lab, "mimir", cell, components);
    await checkReadBack(lab, writer, "microservices");
    await checkGreen(lab, "with microservices");
    await checkCaches(lab, ["mimir", cell], (when) =>
      checkReadBack(lab, writer, `microservices ${when}`),
    );

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

/** Everything that was accepted until now; writes go on meanwhile. */
async function checkReadBack(
  lab: ScenarioContext,
  writer: SampleWriter,
  by: string,
): Promise<void> {
  const start = performance.now();
  const wanted = writer.mark();
  let found = 0;
  while (
    found < wanted &&
    (performance.now() - start) / 1000 < visibleSeconds &&
    !lab.signal.aborted
  ) {
    found = await writer.readBack().catch(() => 0);
    if (found < wanted) await pause(5000, undefined, { signal: lab.signal });
  }
  const figures = `${found} of ${wanted}, ${seconds(start)} s after the update; refused and to be sent again: ${writer.refusals()}`;
  lab.check(`what was accepted is read back from ${by}`, found === wanted, figures);
  lab.check(
    "whatever was refused can be sent again",
    writer.lostForGood === 0,
    `${writer.lostForGood} answers of 4xx`,
  );
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
