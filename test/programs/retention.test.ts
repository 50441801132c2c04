/**
 * Proves: what is older than the retention of its tenant goes from the bucket and from answers, and
 * nothing of another tenant does.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { plural } from "../../src/cli/ui/text";
import { untilAllIsRead } from "./support/accepted";
import { startObjectStore } from "./support/object-store";
import { until } from "./support/server";
import { TRIALS } from "./support/trials";

/** In days: the shortest that can be configured, and one that is not over. */
const tenants = { short: 1, long: 30 };
const AGE_HOURS = 30;

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-retention-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.concurrent.each(Object.entries(TRIALS))("%s", { timeout: 600_000 }, async (backend, begin) => {
  const home = join(folder, backend);
  const store = await startObjectStore(home, "heliograph");
  const trial = await begin({ folder: home, store, tenants, deletesSoon: true });
  try {
    await trial.start();
    await trial.write(AGE_HOURS);
    await trial.ship();
    const before = await trial.stored("short");
    expect(before.length).toBeGreaterThan(0);
    rmSync(trial.disk, { recursive: true });
    const { url } = await trial.start();
    const began = Date.now();
    const { short, long } = trial.accepted;
    await until(
      "it is deleted",
      async () => ((await trial.stored("short")).length === 0 ? true : undefined),
      400,
    );
    await until(
      "it is not shown",
      async () => ((await short.readBack(url)) === 0 ? true : undefined),
      120,
    );
    const seconds = Math.round((Date.now() - began) / 1000);
    await untilAllIsRead(long, url, 120);
    const kept = await trial.stored("long");
    expect(kept.length).toBeGreaterThan(0);
    const settings = Object.entries(trial.sooner).map((setting) => setting.join(": "));
    console.log(
      `${backend}: ${plural(before.length, trial.unit)} of a day's retention deleted and ${short.count} of ${short.count} not shown after ${seconds} s; ` +
        `${plural(kept.length, trial.unit)} of 30 days kept, ${long.count} of ${long.count} shown. Set here only: ${settings.join(", ")}`,
    );
  } finally {
    await trial.stop();
    await store.stop();
  }
});
