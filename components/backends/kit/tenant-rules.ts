import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import type { ConfigSource } from "../../kit/config-volume";
import { CONFIG_HASH_ANNOTATION } from "../../kit/labels";
import { partName } from "../../kit/parts";
import { sharedMetadata, type Installation } from "./installation";

/** Texts of rule files by tenant: those of one ConfigMap. */
export type TenantRules = Readonly<Record<string, pulumi.Output<string>>>;

/** What a tenant's rule file is called. */
interface TenantRulesNames {
  /** Of the tenant's directory, in which it is mounted. */
  readonly file: string;
  /** Key in its ConfigMap. */
  key(tenant: string): string;
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
  const { name, parent } = installation;
  const data = tenantData(files, names);
  const hash = pulumi.output(data).apply((known) => checksum(JSON.stringify(known)));
  const metadata = {
    ...sharedMetadata(installation, partName("-rules", part)),
    annotations: { [CONFIG_HASH_ANNOTATION]: hash },
  };
  const configMap = new k8s.core.v1.ConfigMap(
    partName(`${name}-rules`, part),
    { metadata, data },
    { parent },
  );
  return { name: configMap.metadata.name, items: tenantItems(Object.keys(files), names) };
}

/** The files by key. */
export function tenantData(
  files: TenantRules,
  { key }: Pick<TenantRulesNames, "key">,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(files).map(([tenant, text]) => [key(tenant), text]));
}

export function tenantItems(tenants: readonly string[], { key, file }: TenantRulesNames) {
  return tenants.map((tenant) => ({ key: key(tenant), path: `${tenant}/${file}` }));
}
