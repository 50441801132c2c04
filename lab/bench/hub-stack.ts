import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { SIGNALS, type Signal } from "../../components/contract/names";
import { run } from "../host/run.js";
import type { ScenarioContext } from "../scenarios/context.js";
import { askForCertificate } from "../scenarios/support/certificates.js";
import { statePaths } from "../state.js";
import { addStack } from "./stack.js";

const tenants = ["one", "two", "three"];

/** A hub like the lab's, with another inventory: so many edges that all have asked for a certificate; and other buckets, where they are given. */
export async function addHubStack(
  lab: ScenarioContext,
  name: string,
  edges: number,
  bucketOf?: (signal: Signal) => object,
): Promise<void> {
  const { project } = statePaths();
  await addStack(lab, name, project);
  const file = join(project, `Pulumi.${name}.yaml`);
  const own = parseDocument(await readFile(file, "utf8"));
  const hub = parseDocument(await readFile(join(project, "Pulumi.ops.yaml"), "utf8"));
  own.setIn(["config", "heliograph:cluster"], hub.getIn(["config", "heliograph:cluster"]));
  own.setIn(["config", "heliograph:hub"], hub.getIn(["config", "heliograph:hub"]));
  own.setIn(
    ["config", "heliograph:hub", "tenants"],
    own.createNode(Object.fromEntries(tenants.map((tenant) => [tenant, { retentionDays: 7 }]))),
  );
  own.setIn(["config", "heliograph:hub", "edges"], own.createNode(await inventory(edges)));
  const cell = ["config", "heliograph:hub", "cells", "main"];
  if (bucketOf)
    for (const signal of SIGNALS)
      own.setIn([...cell, signal, "bucket"], own.createNode(bucketOf(signal)));
  await writeFile(file, own.toString({ lineWidth: 0 }));
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
