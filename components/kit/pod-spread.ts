import type * as k8s from "@pulumi/kubernetes";

export const ZONE_LABEL = "topology.kubernetes.io/zone";

/**
 * Two pods on one node go down with it; but where there is one node only, better both there than
 * none.
 */
export function apart(labels: Readonly<Record<string, string>>): k8s.types.input.core.v1.Affinity {
  const term = (weight: number, topologyKey: string) => ({
    weight,
    podAffinityTerm: { topologyKey, labelSelector: { matchLabels: { ...labels } } },
  });
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        term(100, "kubernetes.io/hostname"),
        term(50, ZONE_LABEL),
      ],
    },
  };
}
