/**
 * Proves: each backend, with the configuration and the identity that its pods have, stores in each
 * kind of store what it accepted, and reads all of it back with an empty disk. MinIO stands for S3;
 * Azurite and fake-gcs-server stand for Azure and Google, whose hosts are reached through a proxy
 * that leads to them. Does not prove: that the clouds themselves behave as these.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { table } from "../../src/cli/ui/table";
import { plural } from "../../src/cli/ui/text";
import { untilAllIsRead } from "./support/accepted";
import { STORES } from "./support/object-store";
import { TRIALS } from "./support/trials";

/** By backend and store, what was read back. */
const seen = new Map<string, string>();
const sooner: Record<string, string> = {};

afterAll(() => {
  const kinds = Object.keys(STORES);
  const cells = (backend: string) => kinds.map((kind) => seen.get(`${backend} ${kind}`) ?? "-");
  const rows = Object.keys(TRIALS).map((backend) => [backend, ...cells(backend)]);
  const settings = Object.entries(sooner).map((setting) => setting.join(": "));
  console.log(
    `\n${table(["", ...kinds], rows)}\n\nSet here only, so that it is quick: ${settings.join(", ")}`,
  );
});

describe.each(Object.entries(STORES))("%s", (kind, startStore) => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-stores-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.concurrent.each(Object.entries(TRIALS))("%s", { timeout: 600_000 }, async (backend, begin) => {
    const home = join(folder, backend);
    const store = await startStore(home, "heliograph");
    const trial = await begin({ folder: home, store, tenants: { dev: 30, prd: 30 } });
    try {
      await trial.start();
      await trial.write(0);
      await trial.ship();
      const stored = [...(await trial.stored("dev")), ...(await trial.stored("prd"))];
      expect(stored.length).toBeGreaterThan(0);
      rmSync(trial.disk, { recursive: true });
      const { url } = await trial.start();
      const began = Date.now();
      for (const accepted of Object.values(trial.accepted))
        await untilAllIsRead(accepted, url, 240);
      const seconds = Math.round((Date.now() - began) / 1000);
      const count = trial.accepted.dev.count + trial.accepted.prd.count;
      seen.set(
        `${backend} ${kind}`,
        `${count} of ${count} from ${plural(stored.length, trial.unit)}, ${seconds} s`,
      );
      Object.assign(sooner, trial.sooner);
    } finally {
      await trial.stop();
      await store.stop();
    }
  });
});
