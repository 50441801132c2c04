import * as k8s from "@pulumi/kubernetes";
import type { Settings } from "../config/schema";

/** The provider of a stack's cluster. */
export function clusterProvider({ context }: Settings["cluster"]): k8s.Provider {
  return new k8s.Provider("cluster", {
    context,
    // Not the default, which is the value of KUBECONFIG: a path of one person's machine would be
    // kept in the state.
    kubeconfig: "",
    // Configuration and certificates are reloaded in place. By default the provider replaces the
    // object, and for a moment there is none.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
}
