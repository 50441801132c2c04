/**
 * The cluster that the settings name. In a file of its own because @kubernetes/client-node is big:
 * it is loaded when a cluster is needed, and the bundle holds only the part that reads kubeconfigs.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { Settings } from "./settings";

/**
 * Contents or path of a kubeconfig, or what `kubectl` would take: KUBECONFIG, then ~/.kube/config.
 */
export function loadKubeconfig(settings: Settings): KubeConfig {
  const config = new KubeConfig();
  const given = settings.kubeconfig;
  if (!given) {
    config.loadFromDefault();
  } else {
    const [first = "", ...others] = given.includes("\n")
      ? [given]
      : given.split(delimiter).map(expandHome);
    if (existsSync(first)) {
      config.loadFromFile(first);
      for (const file of others.filter(existsSync)) {
        const next = new KubeConfig();
        next.loadFromFile(file);
        config.mergeConfig(next, true);
      }
    } else {
      config.loadFromString(contentsOf(given));
    }
  }
  selectCluster(config, settings);
  return config;
}

function selectCluster(config: KubeConfig, { context, cluster }: Settings): void {
  if (context) {
    if (!config.getContextObject(context)) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(
        `The kubeconfig has no context "${context}". It has: ${known.join(", ") || "none"}.`,
      );
    }
    config.setCurrentContext(context);
  }
  if (!cluster) return;
  if (!config.getCluster(cluster)) throw new Error(`The kubeconfig has no cluster "${cluster}".`);
  const selected = config.getCurrentContext();
  config.contexts = config.contexts.map((entry) =>
    entry.name === selected ? { ...entry, cluster } : entry,
  );
}

function contentsOf(given: string): string {
  if (given.includes("clusters")) return given;
  throw new Error(`The kubeconfig "${given}" is neither a file nor the contents of one.`);
}

function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}
