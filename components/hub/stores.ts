import * as pulumi from "@pulumi/pulumi";
import type { DeployedBackend } from "../backends/backend";
import { deployBackend } from "../backends/deploy";
import { backendName } from "../backends/kit/architecture";
import type { TenantRules } from "../backends/kit/tenant-rules";
import { RENEW_BEFORE_DAYS } from "../contract/certificates";
import type { Signal } from "../contract/names";
import { checkedInput } from "../kit/inputs";
import { inParts } from "../kit/parts";
import { podsOptions } from "../kit/pods";
import { toYaml } from "../kit/yaml";
import { logAlertGroups } from "../rules/log-alerts";
import { ruleFile, tenantRuleFiles } from "../rules/rule-file";
import { RUNBOOKS, runbookBaseUrlField } from "../rules/runbooks";
import { workloadRuleFile } from "../rules/workloads/rules";
import { renewBeforeDaysField } from "./alerting-args";
import type { HubObservabilityArgs } from "./args";
import type { Upstream } from "./gateway/locations";
import { storesOf, type Cell, type HubModel, type Store } from "./model";
import { rulesModel, UNSIGNED, type SignedFacts } from "./rules";

/** A store as it is deployed. */
export interface DeployedStore extends Store, DeployedBackend {
  /** Kubernetes service account of its pods. */
  readonly serviceAccount: string;
}

/** A cell, and its stores by signal. */
export interface DeployedCell {
  readonly cell: Cell;
  readonly stores: Readonly<Partial<Record<Signal, DeployedStore>>> & {
    readonly metrics: DeployedStore;
  };
}

/** What stores are deployed with. */
interface StoresArgs {
  readonly hub: HubModel;
  readonly args: HubObservabilityArgs;
  readonly namespace: pulumi.Output<string>;
}

/** Makes every store of every cell. `name`: of the hub. */
export function createStores(
  name: string,
  { hub, args, namespace }: StoresArgs,
  opts: pulumi.ComponentResourceOptions,
): DeployedCell[] {
  const facts = signedFacts(name, args, namespace);
  const workloadRules = facts.apply(({ runbookBaseUrl }) =>
    workloadRuleFile({ ...hub.workloads, runbookBaseUrl }),
  );
  return hub.cells.map((cell): DeployedCell => {
    const rules = facts.apply((known) => ruleFile(rulesModel(hub, cell, known)));
    const tenantRules = tenantRulesOf(hub, cell, facts);
    const logRules = logRulesOf(hub, cell, facts);
    const stores = storesOf(cell).map((store): [Signal, DeployedStore] => {
      const { signal, backend } = store;
      const section = args.cells[cell.name]?.[signal];
      if (!section) throw new Error(`cell ${cell.name} has no section for ${signal}`);
      const deployed = deployBackend(
        `${name}-${backend.name}-${cell.name}`,
        {
          store,
          cell,
          namespace,
          bucket: pulumi.output(section.bucket),
          images: args.images,
          rules,
          workloadRules,
          tenantRules,
          logRules,
        },
        podsOptions(section.pods, opts),
      );
      return [signal, { ...store, ...deployed, serviceAccount: serviceAccountOf(store, cell) }];
    });
    return { cell, stores: Object.fromEntries(stores) as DeployedCell["stores"] };
  });
}

/** Rule files that tenants of the cell alone have. */
function tenantRulesOf(
  hub: HubModel,
  cell: Cell,
  facts: pulumi.Output<SignedFacts>,
): TenantRules[] {
  const files = facts.apply((known) => tenantRuleFiles(rulesModel(hub, cell, known)));
  const planned = tenantRuleFiles(rulesModel(hub, cell, UNSIGNED));
  return inPartsOfTenants(planned, (id) => files.apply((all) => all[id] ?? ""));
}

/**
 * Files of tenants in as many parts as hold them. How many these are has to be known before
 * everything is that is in them, so it follows from texts that are about as long.
 */
function inPartsOfTenants(
  planned: Readonly<Record<string, string>>,
  textOf: (tenant: string) => pulumi.Output<string>,
): TenantRules[] {
  const tenants = Object.keys(planned);
  if (tenants.length === 0) return [];
  return inParts(tenants, (tenant) => Buffer.byteLength(planned[tenant] ?? "")).map((part) =>
    Object.fromEntries(part.map((tenant) => [tenant, textOf(tenant)])),
  );
}

/** Rule files of the tenants whose lines the cell stores. */
function logRulesOf(
  { ownRules }: HubModel,
  { name, tenants }: Cell,
  facts: pulumi.Output<SignedFacts>,
): TenantRules[] {
  const own = tenants.flatMap(({ id, cell, logAlerts }) => {
    const { [id]: groups = [] } = ownRules.logs;
    return cell === name && (logAlerts || groups.length > 0) ? [{ id, logAlerts, groups }] : [];
  });
  const texts = ({ runbookBaseUrl }: Pick<SignedFacts, "runbookBaseUrl">) =>
    Object.fromEntries(
      own.map(({ id, logAlerts, groups }) => {
        const shipped = logAlerts ? logAlertGroups(logAlerts, id, runbookBaseUrl) : [];
        return [id, toYaml({ groups: [...shipped, ...groups] })];
      }),
    );
  const files = facts.apply(texts);
  return inPartsOfTenants(texts(UNSIGNED), (id) => files.apply((all) => all[id] ?? ""));
}

/** Service account of the pods that store a signal, and use its bucket. */
function serviceAccountOf({ backend }: Pick<Store, "backend">, { name }: Cell): string {
  return backendName(backend.name, name);
}

function signedFacts(
  name: string,
  { certificates = {}, gateway, renewBeforeDays, alerting = {} }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
): pulumi.Output<SignedFacts> {
  const subject = `HubObservability ${name}`;
  const { runbookBaseUrl = RUNBOOKS } = alerting;
  return pulumi.output({
    namespace,
    edges: certificates,
    gateway: gateway.serverCertificate,
    authorities: gateway.clientTrustBundle,
    renewBeforeDays: checkedInput(
      subject,
      renewBeforeDaysField,
      ["renewBeforeDays"],
      renewBeforeDays ?? RENEW_BEFORE_DAYS,
    ),
    runbookBaseUrl: checkedInput(
      subject,
      runbookBaseUrlField,
      ["alerting", "runbookBaseUrl"],
      runbookBaseUrl,
    ),
  });
}

/** Where the gateway passes on what edges of the cell write. */
export function upstreamsOf({ stores }: DeployedCell): pulumi.Output<Record<string, Upstream>> {
  const upstreams = Object.values(stores).map(
    ({ signal, backend, addresses }) => [signal, { backend: backend.name, addresses }] as const,
  );
  return pulumi.output(Object.fromEntries(upstreams)) as pulumi.Output<Record<string, Upstream>>;
}
