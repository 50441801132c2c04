/**
 * Stand-ins for official Pulumi plugins, for machines that cannot download those. Each is bundled
 * to one file, so that it starts in a tenth of a second.
 */
import { build } from "esbuild";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** The plugins, by the name of their executable, with the folder of their sources. */
const plugins = {
  "pulumi-resource-kubernetes": "kubernetes",
  "pulumi-resource-tls": "tls",
  "pulumi-language-nodejs": "nodejs",
} as const;
export type PluginName = keyof typeof plugins;
export const pluginNames = Object.keys(plugins) as PluginName[];

export interface InstallOptions {
  /** Folders of PATH in which an official plugin may be installed. Defaults to PATH. */
  officialOnPath?: string[];
  /** PULUMI_HOME, whose `plugins` folder is where `pulumi plugin install` puts official ones. */
  pulumiHome?: string;
}
export interface InstalledPlugin {
  name: PluginName;
  /** The official plugin is used where it is installed: then the stand-in is not. */
  origin: "official" | "stand-in";
  path: string;
}

/** Puts a stand-in for each missing plugin into `targetFolder`, which belongs on PATH. */
export async function installPlugins(
  targetFolder: string,
  options: InstallOptions = {},
): Promise<InstalledPlugin[]> {
  const target = resolve(targetFolder);
  return Promise.all(
    pluginNames.map(async (name): Promise<InstalledPlugin> => {
      const official = findOfficial(name, target, options);
      const path = join(target, name);
      if (official) {
        // From a time when the official one was missing.
        await Promise.all(
          [path, bundlePath(name, target)].map((file) => rm(file, { force: true })),
        );
        return { name, origin: "official", path: official };
      }
      await installPlugin(name, join(__dirname, plugins[name], "main.ts"), target);
      return { name, origin: "stand-in", path };
    }),
  );
}

const bundleFolder = "plugins";

function bundlePath(name: string, folder: string): string {
  return join(folder, bundleFolder, `${name}.cjs`);
}

/** Ours, of this lab or another one. */
function isStandIn(name: PluginName, folder: string): boolean {
  return existsSync(bundlePath(name, folder));
}

/** Bundles a plugin from its entry point, and puts an executable of its name into a folder. */
export async function installPlugin(
  name: string,
  entryPoint: string,
  target: string,
): Promise<void> {
  await mkdir(join(target, bundleFolder), { recursive: true });
  const bundle = bundlePath(name, target);
  const partBundle = `${bundle}.${process.pid}`;
  await build({
    entryPoints: [entryPoint],
    outfile: partBundle,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    keepNames: true,
    logLevel: "error",
  });
  await rename(partBundle, bundle); // whole or not at all: an engine may be starting it just now
  const launcher = join(target, name);
  await writeFile(
    `${launcher}.${process.pid}`,
    `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`,
  );
  await chmod(`${launcher}.${process.pid}`, 0o755);
  await rename(`${launcher}.${process.pid}`, launcher);
}

function findOfficial(
  name: PluginName,
  target: string,
  options: InstallOptions,
): string | undefined {
  const folders = (options.officialOnPath ?? (process.env["PATH"] ?? "").split(delimiter)).filter(
    Boolean,
  );
  const onPath = folders
    .filter((folder) => resolve(folder) !== target && !isStandIn(name, folder))
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return (
    onPath ??
    findDownloaded(
      name,
      options.pulumiHome ?? process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"),
    )
  );
}

/** `<home>/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes` */
function findDownloaded(name: PluginName, pulumiHome: string): string | undefined {
  const folder = join(pulumiHome, "plugins");
  const prefix = `${name.replace(/^pulumi-/, "")}-v`;
  const versions = existsSync(folder)
    ? readdirSync(folder).filter((entry) => entry.startsWith(prefix))
    : [];
  return versions.map((entry) => join(folder, entry, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
