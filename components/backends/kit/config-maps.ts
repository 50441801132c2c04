import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import type { ConfigSource } from "../../kit/config-volume";
import { merged } from "../../kit/extra-config";
import { fromYaml, toYaml } from "../../kit/yaml";
import { CONFIG_HASH_ANNOTATION, objectLabels } from "../../kit/labels";
import { partName } from "../../kit/parts";
import { microservicesRole } from "./roles";
import type { BackendTopology } from "./architecture";
import { sharedMetadata, type Installation } from "./installation";
import { tenantData, tenantItems, type TenantRules, type TenantRulesNames } from "./tenant-rules";

/** Start-up configuration: a change of it restarts pods. */
export interface StartUpConfig {
  readonly file: string;
  readonly map: k8s.core.v1.ConfigMap;
  readonly hash: pulumi.Output<string>;
}

/**
 * Microservices have a file of their own: `single`, which may still be there, keeps the one that it
 * would start with again.
 */
export function createStartUpConfig(
  installation: Installation,
  topology: BackendTopology,
  file: string,
  text: pulumi.Output<string>,
): StartUpConfig {
  const { backend, name, cell, parent, extraConfig } = installation;
  const whole = extraConfig
    ? pulumi
        .all([text, pulumi.output(extraConfig)])
        .apply(([known, extra]) => toYaml(merged(fromYaml(known), extra)))
    : text;
  const [logicalName, metadata] =
    topology === "single"
      ? [`${name}-config`, sharedMetadata(installation)]
      : [
          `${name}-microservices-config`,
          {
            ...sharedMetadata(installation, "-microservices"),
            labels: objectLabels(microservicesRole(backend.name, cell)),
          },
        ];
  const map = new k8s.core.v1.ConfigMap(
    logicalName,
    { metadata, data: { [file]: whole } },
    { parent },
  );
  return { file, map, hash: whole.apply((known) => checksum(known)) };
}

interface ReloadedConfigArgs {
  readonly file: string;
  readonly text: pulumi.Input<string>;
  readonly hash: pulumi.Input<string>;
  /** Files beside it, whose change is no business of who compares hashes. */
  readonly beside?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Read again while pods run, which are not restarted for it; `what` tells it from the others. */
export function createReloadedConfig(
  installation: Installation,
  what: "runtime" | "rules" | "hashrings",
  { file, text, hash, beside }: ReloadedConfigArgs,
): k8s.core.v1.ConfigMap {
  return reloadedMap(installation, what, { [file]: text, ...beside }, hash);
}

/**
 * A ConfigMap with rule files of tenants, mounted as a directory for each of them, and read again
 * while pods run.
 *
 * @param part Which of the ConfigMaps it is, from 0.
 */
export function createTenantRules(
  installation: Installation,
  files: TenantRules,
  names: TenantRulesNames,
  part: number,
): ConfigSource {
  const data = tenantData(files, names);
  const hash = pulumi.output(data).apply((known) => checksum(JSON.stringify(known)));
  const map = reloadedMap(installation, partName("rules", part), data, hash);
  return { name: map.metadata.name, items: tenantItems(Object.keys(files), names) };
}

function reloadedMap(
  installation: Installation,
  what: string,
  data: Readonly<Record<string, pulumi.Input<string>>>,
  hash: pulumi.Input<string>,
): k8s.core.v1.ConfigMap {
  const metadata = {
    ...sharedMetadata(installation, `-${what}`),
    annotations: { [CONFIG_HASH_ANNOTATION]: hash },
  };
  const { name, parent } = installation;
  return new k8s.core.v1.ConfigMap(`${name}-${what}`, { metadata, data }, { parent });
}
