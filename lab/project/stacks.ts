import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterNames } from "../clusters/topology.js";
import { secretFile } from "../host/files.js";
import { run } from "../host/run.js";
import { grafanaHome } from "../images/index.js";
import { programEnvironment, statePaths } from "../state.js";
import { storeCredentials } from "../store/minio.js";
import { fromYaml } from "@heliograph/heliograph/model";

/** The stack whose backends use the object store. */
const hubStack = "ops";

/**
 * One stack per cluster, each with a passphrase of its own; the hub's knows the keys of the object
 * store.
 */
export async function prepareStacks(): Promise<void> {
  const { passphrases, pulumi } = statePaths();
  await mkdir(pulumi, { recursive: true });
  for (const name of clusterNames) await secretFile(join(passphrases, name));
  const existing = JSON.parse(await runPulumi(["stack", "ls", "--json"])) as { name: string }[];
  for (const name of clusterNames) {
    const known = existing.some((stack) => stack.name === name);
    if (!known) await runPulumi(["stack", "init", "--no-select", "--stack", name]);
  }
  await setStoreCredentials(hubStack);
  await setGrafana(hubStack);
}

/** It runs where it is installed on this machine. Elsewhere it has no pod. */
async function setGrafana(stack: string): Promise<void> {
  const file = join(statePaths().project, `Pulumi.${stack}.yaml`);
  const wanted = grafanaHome() === undefined ? 0 : 1;
  if (grafanaReplicas(await readFile(file, "utf8")) === wanted) return;
  const path = "heliograph:hub.grafana.replicas";
  await runPulumi(["config", "set", "--path", path, String(wanted), "--stack", stack]);
}

/** What a stack file says. Undefined: nothing. */
export function grafanaReplicas(stackFile: string): number | undefined {
  const document = fromYaml(stackFile) as {
    config?: Record<string, { grafana?: { replicas?: number } }>;
  };
  return document.config?.["heliograph:hub"]?.grafana?.replicas;
}

/** For buckets with `credentials: lab`. */
export async function setStoreCredentials(stack: string): Promise<void> {
  const file = join(statePaths().project, `Pulumi.${stack}.yaml`);
  const known = storedSecrets(await readFile(file, "utf8"));
  for (const [key, value] of Object.entries(await storeCredentials())) {
    if (known.includes(key)) continue;
    const path = `heliograph:secrets.objectStores.lab.${key}`;
    // By standard input: arguments of a process are for everybody to read.
    await runPulumi(["config", "set", "--secret", "--path", path, "--stack", stack], value);
  }
}

/** Names of the object store's keys that a stack file has already. */
export function storedSecrets(stackFile: string): string[] {
  const document = fromYaml(stackFile) as {
    config?: Record<string, { objectStores?: { lab?: object } }>;
  };
  return Object.keys(document.config?.["heliograph:secrets"]?.objectStores?.lab ?? {});
}

/** Pulumi in the lab's project. What it prints is for programs. */
export function runPulumi(args: string[], input?: string): Promise<string> {
  const { bin, project } = statePaths();
  return run(join(bin, "pulumi"), [...args, "--non-interactive"], {
    cwd: project,
    env: programEnvironment(),
    input,
  });
}
