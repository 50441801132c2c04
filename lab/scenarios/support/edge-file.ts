import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { edited } from "../../../src/config/edit";
import type { ClusterName } from "../../clusters/topology.js";
import { statePaths } from "../../state.js";
import type { ScenarioContext } from "../context.js";
import { bringUp } from "./commands.js";

/**
 * Brings an edge up with other settings in a section of heliograph:edge. At the end of the scenario
 * its file and the edge are as they were.
 */
export async function withEdgeSettings(
  lab: ScenarioContext,
  edge: ClusterName,
  section: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const path = join(statePaths().project, `Pulumi.${edge}.yaml`);
  const original = await readFile(path, "utf8");
  lab.onCleanup(`${edge} is configured as it was`, async () => {
    await writeFile(path, original);
    await bringUp(lab, [edge]);
  });
  const changed = edited(original, (file) => {
    for (const [key, value] of Object.entries(settings))
      file.set(["config", "heliograph:edge", section, key], value);
  });
  await writeFile(path, changed);
  await bringUp(lab, [edge]);
}
