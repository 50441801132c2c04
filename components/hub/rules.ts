import { X509Certificate } from "node:crypto";
import { BACKENDS } from "../backends/registry";
import { RENEW_BEFORE_DAYS } from "../contract/certificates";
import { EDGE_NAMESPACE, HUB_NAMESPACE } from "../contract/cluster-names";
import type { RulesModel, WatchedCertificate } from "../rules/model";
import { logAlertGroups } from "../rules/log-alerts";
import type { OwnRule, OwnRuleGroup } from "../rules/own/model";
import { rules } from "../rules/rule-file";
import { RUNBOOKS } from "../rules/runbooks";
import { sloGroupsOf } from "../rules/slos";
import type { RuleGroup } from "../rules/types";
import { workloadRules } from "../rules/workloads/rules";
import type { Cell, Edge, HubModel } from "./model";

/** The part of a hub that only the engine knows. Certificates as PEM. */
export interface SignedFacts {
  readonly namespace: string;
  readonly edges: Readonly<Record<string, string>>;
  readonly gateway: string;
  readonly authorities: readonly string[];
  readonly renewBeforeDays: number;
  readonly runbookBaseUrl: string;
}

/** Before anything is signed, and with what is not given. */
export const UNSIGNED: SignedFacts = {
  namespace: HUB_NAMESPACE,
  edges: {},
  gateway: "",
  authorities: [],
  renewBeforeDays: RENEW_BEFORE_DAYS,
  runbookBaseUrl: RUNBOOKS,
};

/** What the rules of a cell are made of. */
export function rulesModel(
  hub: HubModel,
  { stores, edges, ownTenants }: Cell,
  facts: SignedFacts,
): RulesModel {
  const letIn = edges.filter(({ revoked }) => !revoked);
  return {
    groupsNameTenants: stores.metrics.backend.groupsNameTenants ?? false,
    hub: { namespace: facts.namespace, cluster: hub.watcher?.name },
    agentNamespaces: agentNamespaces(edges),
    backends: BACKENDS,
    tenants: hub.tenants.map(({ id }) => id),
    ownTenants,
    edges: edges.map((edge) => ({ ...edge, state: stateOf(edge, facts.edges[edge.name]) })),
    certificates: [
      ...letIn.flatMap(({ name: cluster }) =>
        watched({ certificate: "edge", cluster }, [facts.edges[cluster] ?? ""]),
      ),
      ...watched({ certificate: "gateway" }, [facts.gateway]),
      ...watched({ certificate: "authority" }, facts.authorities),
    ],
    slos: hub.slos.filter(({ tenant }) => ownTenants.includes(tenant)),
    own: hub.ownRules,
    renewalDays: facts.renewBeforeDays,
    runbookBaseUrl: facts.runbookBaseUrl,
    workloads: hub.workloads,
    compared: hub.compared,
  };
}

/** An alert of the rules that a hub evaluates, as far as routes care. */
export interface OwnAlert {
  readonly name: string;
  /** Empty where a rule of a user sets none. */
  readonly severity: string;
  /** The only tenant that has it. Undefined: every tenant. */
  readonly tenant?: string;
  /** Labels that its rule sets, beside the severity and those that name a tenant. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The alerts that the rules of a hub raise, whatever is signed. By name. */
export function ownAlerts(hub: HubModel): OwnAlert[] {
  const { runbookBaseUrl } = UNSIGNED;
  const everywhere = [
    ...hub.cells.flatMap((cell) => rules(rulesModel(hub, cell, UNSIGNED), "").groups),
    ...workloadRules({ ...hub.workloads, runbookBaseUrl }).groups,
    ...hub.ownRules.operators,
  ];
  const all = [
    ...alertsOf(everywhere),
    ...hub.tenants.flatMap(({ id, logAlerts }) =>
      alertsOf(
        [
          ...sloGroupsOf(hub.slos, id, runbookBaseUrl),
          ...(logAlerts ? logAlertGroups(logAlerts, id, runbookBaseUrl) : []),
          ...(hub.ownRules.tenants[id] ?? []),
          ...(hub.ownRules.logs[id] ?? []),
        ],
        id,
      ),
    ),
  ];
  const found = new Map(all.map((alert) => [JSON.stringify(alert), alert]));
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function alertsOf(groups: readonly (RuleGroup | OwnRuleGroup)[], tenant?: string): OwnAlert[] {
  return groups
    .flatMap((group): readonly (RuleGroup["rules"][number] | OwnRule)[] => group.rules)
    .flatMap((rule) => {
      if (!("alert" in rule)) return [];
      const { severity = "", ...others }: Readonly<Record<string, string>> = rule.labels ?? {};
      const labels = Object.fromEntries(
        Object.entries(others).filter(([label]) => label !== "tenant_id"),
      );
      return [{ name: rule.alert, severity, ...(tenant !== undefined && { tenant }), labels }];
    });
}

function agentNamespaces(edges: readonly Edge[]): string[] {
  const named = [...new Set(edges.map(({ agentNamespace }) => agentNamespace))];
  return named.length > 0 ? named : [EDGE_NAMESPACE];
}

function stateOf({ revoked }: Edge, certificate: string | undefined) {
  if (revoked) return "revoked";
  return certificate ? "signed" : "waiting";
}

/** The one that ends first. */
function watched(
  whose: Omit<WatchedCertificate, "notAfter">,
  pems: readonly string[],
): WatchedCertificate[] {
  const ends = pems.flatMap(endOf);
  return ends.length === 0 ? [] : [{ ...whose, notAfter: Math.min(...ends) }];
}

/** Nothing for what is no certificate: NGINX rejects it when it loads it, and `render` has none. */
function endOf(pem: string): number[] {
  try {
    return [Date.parse(new X509Certificate(pem).validTo) / 1000];
  } catch {
    return [];
  }
}
