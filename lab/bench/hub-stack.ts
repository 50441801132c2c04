import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Signal } from "@heliograph/heliograph";
import { SIGNALS } from "@heliograph/heliograph/model";
import { run } from "../host/run.js";
import type { ScenarioContext } from "../scenarios/context.js";
import { askForCertificate } from "../scenarios/support/certificates.js";
import { statePaths } from "../state.js";
import { addStack } from "./stack.js";
import { edited } from "../../src/config/edit";
import { readStackConfig } from "../../src/config/stack-file";

const tenants = ["one", "two", "three"];

/**
 * A hub like the lab's, with another inventory: so many edges that all have asked for a
 * certificate; and other buckets, where they are given.
 */
export async function addHubStack(
  lab: ScenarioContext,
  name: string,
  edges: number,
  bucketOf?: (signal: Signal) => object,
): Promise<void> {
  const { project } = statePaths();
  await addStack(lab, name, project);
  const file = join(project, `Pulumi.${name}.yaml`);
  const ops = readStackConfig(project, "ops");
  const entries = await inventory(edges);
  const changed = edited(await readFile(file, "utf8"), (own) => {
    for (const section of ["heliograph:cluster", "heliograph:hub"])
      own.set(["config", section], ops[section]);
    const hub = ["config", "heliograph:hub"];
    const kept = tenants.map((tenant) => [tenant, { retentionDays: 7 }]);
    own.set([...hub, "tenants"], Object.fromEntries(kept));
    own.set([...hub, "edges"], entries);
    if (bucketOf)
      for (const signal of SIGNALS)
        own.set([...hub, "cells", "main", signal, "bucket"], bucketOf(signal));
  });
  await writeFile(file, changed);
  for (const key of ["accessKeyId", "secretAccessKey"]) {
    const args = [
      "config",
      "set",
      "--secret",
      "--path",
      `heliograph:secrets.objectStores.lab.${key}`,
      "--stack",
      name,
    ];
    await run("pulumi", [...args, "--non-interactive"], {
      env: lab.env,
      cwd: project,
      input: "unused",
    });
  }
}

async function inventory(edges: number): Promise<object> {
  const names = Array.from({ length: edges }, (_, index) => `edge-${index}`);
  const entries = names.map(async (name, index) => {
    const { request } = await askForCertificate({ name, keyGeneration: 1 });
    return [
      name,
      { tenant: tenants[index % tenants.length], environment: "dev", region: "lab", request },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
