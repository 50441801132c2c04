import { backendOf, isBackend, optionDefaults } from "../backends/registry";
import { BackendTopology } from "../backends/kit/architecture";
import type { StoreOptions } from "../backends/backend";
import {
  DEFAULT_CELL,
  DEFAULT_CLUSTER_TYPE,
  DEFAULT_RATES,
  DEFAULT_RETENTION_DAYS,
} from "../contract/defaults";
import { SIGNALS, type Signal } from "../contract/names";
import { EDGE_NAMESPACE } from "../contract/cluster-names";
import { DURATION, toSeconds } from "../kit/duration";
import { resolveAlertmanager, type AlertingInput } from "../alertmanager/resolve";
import { mapValues } from "../kit/records";
import type { AlertThresholdsArgs } from "../rules/workloads/thresholds";
import { resolveLogAlerts } from "./log-alert-args";
import { ofTenant, type OwnRules } from "../rules/own/model";
import { groupsOf, LOGQL_RULES, PROMQL_RULES, type RuleLanguage } from "../rules/own/rule-file";
import type { Slo } from "../rules/slos";
import type { Cell, CellLoad, Edge, HubModel, Store, Tenant } from "./model";
import { DEFAULT_SLO_WINDOW } from "./slo-args";

/** One for each of two failures, and one that serves. */
const ALERTMANAGERS = 3;

/** The part of a hub's arguments, or of a stack file's section, that its model is made of. */
export interface HubInput {
  readonly cells: Readonly<Record<string, CellInput>>;
  readonly tenants: Readonly<Record<string, TenantInput>>;
  readonly edges: Readonly<Record<string, EdgeInput>>;
  readonly slos?: Readonly<Record<string, SloInput>> | undefined;
  readonly watchedBy?: string | undefined;
  readonly agentNamespace?: string | undefined;
  readonly alerting?: AlertingInput | undefined;
  readonly rules?: RulesInput | undefined;
}

interface RulesInput extends OverridesInput {
  readonly environments?: Readonly<Record<string, OverridesInput>> | undefined;
  readonly tenants?: Readonly<Record<string, OverridesInput>> | undefined;
  readonly disabled?: readonly string[] | undefined;
  readonly drift?: readonly { readonly environment: string; readonly with: string }[] | undefined;
  readonly files?: RuleFilesInput | undefined;
}

/** Texts of files by name. */
type Files = Readonly<Record<string, string>>;

export interface RuleFilesInput {
  readonly operators?: Files | undefined;
  readonly tenants?: Readonly<Record<string, Files>> | undefined;
  readonly logs?: Readonly<Record<string, Files>> | undefined;
}

interface OverridesInput {
  readonly thresholds?: ThresholdsInput | undefined;
}

type ThresholdsInput = { readonly [Name in keyof AlertThresholdsArgs]?: number | undefined };

interface CellInput {
  readonly metrics: StoreInput;
  readonly logs?: StoreInput | undefined;
  readonly traces?: StoreInput | undefined;
}

/** A section may have any option of a backend. */
interface StoreInput {
  readonly backend?: string | undefined;
  readonly topology?: BackendTopology | undefined;
}

interface TenantInput {
  readonly cell?: string | undefined;
  readonly retentionDays: number;
  readonly logRetentionDays?: number | undefined;
  readonly traceRetentionDays?: number | undefined;
  readonly logAlerts?: Parameters<typeof resolveLogAlerts>[0];
}

interface EdgeInput {
  readonly tenant: string;
  readonly environment: string;
  readonly region: string;
  readonly clusterType?: string | undefined;
  readonly keyGeneration: number;
  readonly query?: string | undefined;
  readonly revoked?: boolean | undefined;
  readonly outage: string;
  readonly activeSeries: number;
  readonly logBytesPerSecond?: number | undefined;
  readonly spansPerSecond?: number | undefined;
  readonly allTraces?: boolean | undefined;
  readonly nodes?: number | undefined;
  readonly pods?: number | undefined;
  readonly applicationSeries?: number | undefined;
  readonly agentNamespace?: string | undefined;
}

interface SloInput {
  readonly tenant: string;
  readonly objective: number;
  readonly good: string;
  readonly total: string;
  readonly window?: string | undefined;
  readonly description?: string | undefined;
  readonly team?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * The model of a hub. What `hubIssues` finds has to be empty: a cell or a backend that does not
 * exist is left out here, and never replaced by another one.
 */
export function resolveHub(input: HubInput): HubModel {
  const { watchedBy, agentNamespace, alerting = {} } = input;
  const tenants = Object.entries(input.tenants).map(resolveTenant);
  const edges = Object.entries(input.edges).map((entry) => resolveEdge(entry, tenants));
  const watcher = edges.find(({ name }) => name === watchedBy);
  const single = Object.values(input.cells).every(({ metrics }) => isSingle(metrics));
  const alertmanager = resolveAlertmanager(alerting, single ? 1 : ALERTMANAGERS);
  const alertmanagers = [...(alertmanager?.addresses ?? []), ...(alerting.alertmanagers ?? [])];
  const cells = Object.entries(input.cells).flatMap(([name, section]): Cell[] => {
    const metrics = resolveStore("metrics", section.metrics);
    if (!metrics) return [];
    const [logs, traces] = [
      resolveStore("logs", section.logs),
      resolveStore("traces", section.traces),
    ];
    const own = edges.filter(({ cell }) => cell === name);
    return [
      {
        name,
        stores: { metrics, ...(logs && { logs }), ...(traces && { traces }) },
        tenants: tenants.map((tenant) => ({
          ...tenant,
          edges: own.filter((edge) => edge.tenant === tenant.id),
        })),
        ownTenants: tenants.filter(({ cell }) => cell === name).map(({ id }) => id),
        edges: own,
        load: loadOf(own),
        ...(watcher?.cell === name && {
          watcher: { cluster: watcher.name, tenant: watcher.tenant },
        }),
        alertmanagers,
      },
    ];
  });
  return {
    cells,
    tenants,
    edges,
    ...(watcher && { watcher }),
    agentNamespace: agentNamespace ?? watcher?.agentNamespace ?? EDGE_NAMESPACE,
    alertmanagers,
    ...(alertmanager && { alertmanager }),
    ...resolveRules(input.rules),
    slos: Object.entries(input.slos ?? {}).map(resolveSlo),
    ownRules: resolveRuleFiles(input.rules?.files),
  };
}

function resolveRuleFiles({ operators = {}, tenants, logs }: RuleFilesInput = {}): OwnRules {
  const groups = (files: Files, language: RuleLanguage) =>
    Object.values(files).flatMap((text) => groupsOf(text, language));
  const byTenant = (all: RuleFilesInput["tenants"] = {}, language: RuleLanguage) =>
    mapValues(all, (files, tenant) => ofTenant(groups(files, language), tenant));
  return {
    operators: groups(operators, PROMQL_RULES),
    tenants: byTenant(tenants, PROMQL_RULES),
    logs: byTenant(logs, LOGQL_RULES),
  };
}

function resolveRules(rules: RulesInput = {}): Pick<HubModel, "workloads" | "compared"> {
  const { environments = {}, tenants = {}, disabled = [], drift = [] } = rules;
  const byName = (all: Readonly<Record<string, OverridesInput>>) => mapValues(all, thresholdsOf);
  return {
    workloads: {
      thresholds: thresholdsOf(rules),
      environments: byName(environments),
      tenants: byName(tenants),
      disabled,
    },
    compared: drift,
  };
}

function thresholdsOf({ thresholds = {} }: OverridesInput): AlertThresholdsArgs {
  return Object.fromEntries(Object.entries(thresholds).filter(([, value]) => value !== undefined));
}

function resolveTenant([id, tenant]: [string, TenantInput]): Tenant {
  const { logs, traces } = DEFAULT_RETENTION_DAYS;
  const logAlerts = resolveLogAlerts(tenant.logAlerts);
  return {
    id,
    cell: tenant.cell ?? DEFAULT_CELL,
    retentionDays: {
      metrics: tenant.retentionDays,
      logs: tenant.logRetentionDays ?? logs,
      traces: tenant.traceRetentionDays ?? traces,
    },
    ...(logAlerts && { logAlerts }),
  };
}

/** Series by which the hub watches an edge whose metrics stay with it: some for each target. */
const WATCHED_SERIES = 10_000;

function resolveEdge([name, edge]: [string, EdgeInput], tenants: readonly Tenant[]): Edge {
  const { query, nodes, pods, applicationSeries, activeSeries: allSeries } = edge;
  return {
    name,
    tenant: edge.tenant,
    cell: tenants.find(({ id }) => id === edge.tenant)?.cell ?? DEFAULT_CELL,
    environment: edge.environment,
    region: edge.region,
    clusterType: edge.clusterType ?? DEFAULT_CLUSTER_TYPE,
    keyGeneration: edge.keyGeneration,
    revoked: edge.revoked ?? false,
    ...(query !== undefined && { query }),
    outageSeconds: DURATION.test(edge.outage) ? toSeconds(edge.outage) : 0,
    activeSeries: query === undefined ? allSeries : Math.min(allSeries, WATCHED_SERIES),
    allSeries,
    logBytesPerSecond: edge.logBytesPerSecond ?? DEFAULT_RATES.logBytesPerSecond,
    spansPerSecond: edge.spansPerSecond ?? DEFAULT_RATES.spansPerSecond,
    allTraces: edge.allTraces ?? false,
    ...(nodes !== undefined && { nodes }),
    ...(pods !== undefined && { pods }),
    ...(applicationSeries !== undefined && { applicationSeries }),
    agentNamespace: edge.agentNamespace ?? EDGE_NAMESPACE,
  };
}

function resolveSlo([name, slo]: [string, SloInput]): Slo {
  const { tenant, objective, good, total, window, description, team, labels } = slo;
  return {
    name,
    tenant,
    objective,
    good,
    total,
    window: window ?? DEFAULT_SLO_WINDOW,
    ...(description !== undefined && { description }),
    ...(team !== undefined && { team }),
    labels: labels ?? {},
  };
}

/** Undefined where the section is absent, or names a backend that does not exist. */
function resolveStore<S extends Signal>(
  signal: S,
  section: StoreInput | undefined,
): Store<S> | undefined {
  if (!section || (section.backend !== undefined && !isBackend(signal, section.backend)))
    return undefined;
  const backend = backendOf(signal, section.backend);
  const given = Object.entries(section).filter(([, value]) => value !== undefined);
  const options: StoreOptions = {
    diskSize: backend.defaultDisk,
    ...optionDefaults(backend),
    ...Object.fromEntries(given),
  };
  return { signal, backend, topology: section.topology ?? BackendTopology.single, options };
}

function isSingle({ topology = BackendTopology.single }: StoreInput): boolean {
  return topology === BackendTopology.single;
}

function loadOf(edges: readonly Edge[]): CellLoad {
  const sum = (of: (edge: Edge) => number) => edges.reduce((total, edge) => total + of(edge), 0);
  return {
    edges: edges.length,
    activeSeries: sum(({ activeSeries }) => activeSeries),
    logBytesPerSecond: sum(({ logBytesPerSecond }) => logBytesPerSecond),
    spansPerSecond: sum(({ spansPerSecond }) => spansPerSecond),
    outageSeconds: Math.max(0, ...edges.map(({ outageSeconds }) => outageSeconds)),
    sampledEdges: edges.filter(({ allTraces }) => !allTraces).map(({ name }) => name),
  };
}

/** Signals that have a section in a cell, whichever backend stores them. */
export function sectionsOf(cell: CellInput): (readonly [Signal, StoreInput])[] {
  return SIGNALS.flatMap((signal) => {
    const section = cell[signal];
    return section ? [[signal, section] as const] : [];
  });
}
