import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../kit/labels";
import { sharedMetadata, type Installation } from "./installation";
import type { Mount } from "./pod";

const FILE = "rules.yaml";

/**
 * Rule files of tenants, mounted as a directory for each of them, and read again while pods run.
 *
 * @param files Their texts by tenant.
 * @param path Directory of the pod in which the directories are.
 */
export function createTenantRules(
  installation: Installation,
  files: Readonly<Record<string, pulumi.Output<string>>>,
  path: string,
): Mount {
  const { name, parent } = installation;
  const tenants = Object.keys(files);
  const key = (tenant: string) => `${tenant}.yaml`;
  const data = Object.fromEntries(tenants.map((tenant) => [key(tenant), files[tenant] ?? ""]));
  const hash = pulumi.output(data).apply((known) => checksum(JSON.stringify(known)));
  const metadata = {
    ...sharedMetadata(installation, "-rules"),
    annotations: { [CONFIG_HASH_ANNOTATION]: hash },
  };
  const configMap = new k8s.core.v1.ConfigMap(`${name}-rules`, { metadata, data }, { parent });
  const items = tenants.map((tenant) => ({ key: key(tenant), path: `${tenant}/${FILE}` }));
  return { name: "rules", configMap, path, items };
}
