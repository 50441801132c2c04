/**
 * The settings of the provider: which ones mean something here, which are refused, and what cluster
 * they name.
 */
import { isMap, reveal, Unknown } from "../rpc/values";
import type { PropertyMap } from "../rpc/values";
import type { Failure } from "../rpc/provider";

export interface Settings {
  kubeconfig: string;
  context: string;
  cluster: string;
  namespace: string;
  /**
   * Off by default, as in the official plugin: then changed data means a new ConfigMap or Secret.
   */
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
  /** Off by default: then an object that exists already is an error and not taken over. */
  upsertExistingObjects: boolean;
}

/** Settings that change nothing here: they tune the official plugin or silence its warnings. */
const withoutEffect = new Set([
  "enablePatchForce",
  "kubeClientSettings",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "version",
  "pluginDownloadURL",
]);
const supported = new Set<string>([
  "kubeconfig",
  "context",
  "cluster",
  "namespace",
  "enableConfigMapMutable",
  "enableSecretMutable",
  "upsertExistingObjects",
]);

export function parseSettings(properties: PropertyMap): Settings {
  const plain = reveal(properties);
  const text = (key: string) => {
    const value = plain[key];
    return typeof value === "string" ? value : isMap(value) ? JSON.stringify(value) : "";
  };
  const flag = (key: string) => String(plain[key]) === "true";
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    enableConfigMapMutable: flag("enableConfigMapMutable"),
    enableSecretMutable: flag("enableSecretMutable"),
    upsertExistingObjects: flag("upsertExistingObjects"),
  };
}

export function checkSettings(
  properties: PropertyMap,
  refuse: (what: string) => string,
): Failure[] {
  return Object.entries(reveal(properties)).flatMap(([property, value]) => {
    if (supported.has(property) || withoutEffect.has(property) || value === null) return [];
    // Written out, a default is not a wish for something else.
    if (property === "enableServerSideApply" && String(value) === "true") return [];
    if (property !== "enableServerSideApply" && String(value) === "false") return [];
    return [{ property, reason: refuse(`the provider setting "${property}"`) }];
  });
}

/**
 * Which settings, by changing, make this another cluster: its objects then have to be replaced.
 * Known only where both kubeconfigs can still be read.
 */
export async function replacingSettings(olds: PropertyMap, news: PropertyMap): Promise<string[]> {
  const keys = ["kubeconfig", "context", "cluster"] as const;
  const computed = keys.filter((key) => news[key] instanceof Unknown);
  if (computed.length > 0) return computed;
  const [before, after] = [parseSettings(olds), parseSettings(news)];
  const changed = keys.filter((key) => before[key] !== after[key]);
  if (changed.length === 0 || !before.kubeconfig || !after.kubeconfig) return [];
  try {
    const { loadKubeconfig } = await import("./kubeconfig.js");
    const [old, fresh] = [loadKubeconfig(before), loadKubeconfig(after)];
    return old.getCurrentCluster()?.server === fresh.getCurrentCluster()?.server ? [] : changed;
  } catch {
    return []; // the old kubeconfig is gone: nothing to compare with
  }
}
