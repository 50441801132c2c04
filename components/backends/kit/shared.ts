import type * as k8s from "@pulumi/kubernetes";
import { checksum } from "../../kit/checksum";
import { toYaml } from "../../kit/yaml";
import { createReloadedConfig } from "./config-maps";
import { createServiceAccount, type Installation } from "./installation";

/** What both topologies of a backend have. */
export interface Shared {
  /** Limits of every tenant, read again while the backend runs. */
  readonly runtime: k8s.core.v1.ConfigMap;
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
}

export function createShared(
  installation: Installation,
  runtimeFile: string,
  runtime: object,
): Shared {
  const text = toYaml(runtime);
  return {
    runtime: createReloadedConfig(installation, "runtime", {
      file: runtimeFile,
      text,
      hash: checksum(text),
    }),
    serviceAccount: createServiceAccount(installation),
  };
}
