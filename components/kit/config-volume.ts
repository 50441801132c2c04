import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A ConfigMap that is mounted. */
export interface ConfigSource {
  readonly name: pulumi.Input<string>;
  /** Paths below the directory by key, where they are not the keys. A key may have several. */
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

/** A volume with the files of all of these, so that a changed one arrives while the pod runs. */
export function configVolume(
  name: string,
  sources: readonly ConfigSource[],
): k8s.types.input.core.v1.Volume {
  const maps = sources.map((source) => ({
    name: source.name,
    ...(source.items && { items: [...source.items] }),
  }));
  if (maps.length === 1) return { name, configMap: maps[0] };
  return { name, projected: { sources: maps.map((configMap) => ({ configMap })) } };
}
