import type * as pulumi from "@pulumi/pulumi";

/** Texts of rule files by tenant: those of one ConfigMap. */
export type TenantRules = Readonly<Record<string, pulumi.Output<string>>>;

/** What a tenant's rule file is called. */
export interface TenantRulesNames {
  /** Of the tenant's directory, in which it is mounted. */
  readonly file: string;
  /** Key in its ConfigMap. */
  key(tenant: string): string;
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
