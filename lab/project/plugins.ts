import { rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import kubernetes from "@pulumi/kubernetes/package.json";
import tls from "@pulumi/tls/package.json";
import { exists } from "../host/files.js";
import { tryRun } from "../host/run.js";
import { type InstalledPlugin, installPlugins, pluginNames } from "../plugins/index.js";
import { programEnvironment, statePaths } from "../state.js";

const providers = { kubernetes: kubernetes.version, tls: tls.version };

/**
 * A machine without the internet says no within seconds; a slow download is not worth waiting for.
 */
const downloadSeconds = 120;

/**
 * The plugins that the program needs: official ones where the machine has them or can download
 * them, the lab's stand-ins otherwise. Downloading is tried once in the life of a lab.
 */
export async function preparePlugins(signal: AbortSignal): Promise<InstalledPlugin[]> {
  const { bin, pulumiHome } = statePaths();
  const prepared = await Promise.all(pluginNames.map((name) => exists(join(bin, name))));
  if (!prepared.every(Boolean)) await downloadProviders(signal);
  const plugins = await installPlugins(bin, { pulumiHome });
  for (const plugin of plugins) await offer(plugin);
  return plugins;
}

async function downloadProviders(signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(downloadSeconds * 1000)]);
  await Promise.all(
    Object.entries(providers).map(([name, version]) =>
      tryRun(join(statePaths().bin, "pulumi"), ["plugin", "install", "resource", name, version], {
        env: programEnvironment(),
        signal: limit,
      }).catch(() => signal.throwIfAborted()),
    ),
  );
}

/**
 * An official plugin from somewhere else on the PATH is found first through the lab's own folder,
 * too.
 */
async function offer({ origin, name, path }: InstalledPlugin): Promise<void> {
  const { bin } = statePaths();
  if (origin !== "official" || dirname(path) === bin) return;
  await rm(join(bin, name), { force: true });
  await symlink(path, join(bin, name));
}
