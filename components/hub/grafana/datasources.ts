import type { Backend, DatasourceLinks } from "../../backends/backend";
import { TENANT_HEADER } from "../../backends/kit/architecture";
import { backendsOf } from "../../backends/registry";
import { HUB_TENANT, SIGNALS, type Signal } from "../../contract/names";
import { checksum } from "../../kit/checksum";
import { inParts } from "../../kit/parts";

/** As Grafana reads it: https://grafana.com/docs/grafana/v13.2/administration/provisioning/#data-sources */
export interface Datasource {
  readonly name: string;
  readonly uid: string;
  /** Of its plug-in. */
  readonly type: string;
  readonly access: "proxy";
  readonly url: string;
  readonly orgId: number;
  readonly isDefault: boolean;
  readonly editable: false;
  readonly jsonData: Readonly<Record<string, unknown>> & {
    readonly httpHeaderName1?: typeof TENANT_HEADER;
  };
  /** Tenants, where `httpHeaderName1` is there. */
  readonly secureJsonData?: { readonly httpHeaderValue1: string };
}

export interface ProvisioningFile {
  readonly apiVersion: 1;
  /**
   * A data source that is in no file any more is deleted: its tenant is gone, or is another
   * customer's now.
   */
  readonly prune: true;
  readonly datasources: readonly Datasource[];
}

/** Who answers reads of one signal of a cell. */
export interface SignalSource {
  readonly backend: Backend;
  /** Host and port. */
  readonly reader: string;
  /**
   * Host and port of whoever answers for several tenants at once, where that is somebody else, who
   * shows all that the cell has: for operators alone.
   */
  readonly allReader?: string;
  /** Whether it answers for several tenants at once. */
  readonly severalTenants: boolean;
}

export interface CellSources {
  readonly sources: Readonly<Partial<Record<Signal, SignalSource>>>;
  /** Tenants whose data the cell stores. */
  readonly tenants: readonly string[];
}

/** Whoever answers for every edge and every cell at once. */
export interface GlobalSource {
  readonly backend: Backend;
  /** Host and port. */
  readonly reader: string;
  readonly tenants: readonly string[];
}

/** Whoever answers for alerts and silences. */
export interface AlertsSource {
  /** Host and port of the one that shows those of all tenants: for operators alone. */
  readonly reader: string;
  /** Host and port of the one that shows those of the tenant whom the header names. */
  readonly tenantReader?: string;
}

export interface DatasourcesModel {
  readonly cells: Readonly<Record<string, CellSources>>;
  /** Tenants of each customer. */
  readonly organisations: Readonly<Record<string, readonly string[]>>;
  /** Undefined where there is no global query. */
  readonly everywhere?: GlobalSource;
  /** Undefined where the hub has no Alertmanager of its own. */
  readonly alerts?: AlertsSource;
}

/** Organisation of the operators, which Grafana makes at its first start. */
export const OPERATORS = 1;
/** Stands for the number of an organisation, which only the running Grafana knows. */
export const UNKNOWN_ORGANISATION = 0;

const OPERATORS_FILES = "datasources";
export const OPERATORS_FILE = fileName(OPERATORS_FILES);
export const organisationFile = (organisation: string, part = 0) =>
  fileName(`organisation.${organisation}`, part);
/** The organisation that a file is for; undefined for that of the operators. */
export const organisationOf = (file: string) => /^organisation\.([^.]+)\./.exec(file)?.[1];

/** Patterns of a shell for the names of the files of operators, and of customers. */
export const FILE_PATTERNS = {
  operators: `${OPERATORS_FILES}*.yaml`,
  organisations: organisationFile("*"),
} as const;

/** Names of organisations have no dot. */
function fileName(name: string, part = 0): string {
  return part === 0 ? `${name}.yaml` : `${name}.${part + 1}.yaml`;
}

/**
 * The files by name: everything, for operators, and what each customer has. As many files for each
 * as it takes for one to fit into a ConfigMap.
 */
export function provisioning({
  cells,
  organisations,
  everywhere,
  alerts,
}: DatasourcesModel): Readonly<Record<string, ProvisioningFile>> {
  const everything = Object.entries(cells).flatMap(([cell, sources]) =>
    datasourcesOf(cell, sources, OPERATORS, [HUB_TENANT]),
  );
  const customers = Object.entries(organisations).flatMap(([name, tenants]) => {
    const own = Object.entries(cells).flatMap(([cell, sources]) =>
      datasourcesOf(cell, ofCustomer(sources, tenants), UNKNOWN_ORGANISATION, []),
    );
    const shown = [...own, ...customerAlerts(alerts, tenants)];
    return files(shown).map((file, part) => [organisationFile(name, part), file] as const);
  });
  const all = [
    ...everything,
    ...(everywhere ? [everywhereSource(everywhere)] : []),
    ...(alerts ? [operatorsAlerts(alerts)] : []),
  ];
  const operators = files(all).map(
    (file, part) => [fileName(OPERATORS_FILES, part), file] as const,
  );
  return Object.fromEntries([...operators, ...customers]);
}

/** Its tenants alone, and nobody who shows all that the cell has. */
function ofCustomer(cell: CellSources, tenants: readonly string[]): CellSources {
  const sources = Object.entries(cell.sources).map(([signal, source]): [string, SignalSource] => [
    signal,
    { ...source, severalTenants: source.severalTenants && source.allReader === undefined },
  ]);
  return {
    tenants: cell.tenants.filter((tenant) => tenants.includes(tenant)),
    sources: Object.fromEntries(sources),
  };
}

/** Of one organisation. */
function files(datasources: readonly Datasource[]): ProvisioningFile[] {
  const first = datasources.findIndex(({ type }) => signalOfType(type) === "metrics");
  const all = datasources.map((each, index) => ({ ...each, isDefault: index === first }));
  return inParts(all, (each) => Buffer.byteLength(JSON.stringify(each))).map((part) => ({
    apiVersion: 1,
    prune: true,
    datasources: part,
  }));
}

/** The signal that a plug-in shows. */
export function signalOfType(type: string): Signal | undefined {
  return SIGNALS.find((signal) =>
    backendsOf(signal).some(({ datasource }) => datasource.type === type),
  );
}

/** Whose data a data source shows: one tenant's, or that of all. */
type Scope = { readonly tenant?: string; readonly tenants: readonly string[] };

function datasourcesOf(
  cell: string,
  { sources, tenants }: CellSources,
  orgId: number,
  hubTenants: readonly string[],
): Datasource[] {
  const several = (signal: Signal) => sources[signal]?.severalTenants ?? false;
  // What the hub records about itself is metrics.
  const scopes = (signal: Signal): Scope[] => {
    const hub = signal === "metrics" ? hubTenants : [];
    const all = tenants.length > 1 && several(signal) ? [{ tenants: [...tenants, ...hub] }] : [];
    return [...all, ...[...tenants, ...hub].map((tenant) => ({ tenant, tenants: [tenant] }))];
  };
  return SIGNALS.flatMap((signal) => {
    const source = sources[signal];
    if (!source) return [];
    return scopes(signal).map((scope) => {
      const links = SIGNALS.flatMap((other) => {
        const shown = scope.tenant === undefined ? several(other) : scope.tenant !== HUB_TENANT;
        const backend = sources[other]?.backend;
        return backend && shown
          ? [[other, { uid: uidOf(other, cell, scope.tenant), backend }] as const]
          : [];
      });
      const { reader, allReader = reader, backend } = source;
      return datasource(signal, cell, scope, {
        orgId,
        backend,
        reader: scope.tenant === undefined ? allReader : reader,
        links: Object.fromEntries(links),
      });
    });
  });
}

/** For operators: it does not keep tenants apart. */
function everywhereSource({ backend, reader, tenants }: GlobalSource): Datasource {
  const target = { orgId: OPERATORS, backend, reader, links: {} };
  return { ...datasource("metrics", EVERYWHERE, { tenants }, target), uid: EVERYWHERE_UID };
}

/** No cell has such a name. */
const EVERYWHERE = "all edges and cells";
export const EVERYWHERE_UID = "everywhere_metrics";

interface Target {
  readonly orgId: number;
  readonly backend: Backend;
  readonly reader: string;
  readonly links: DatasourceLinks;
}

function datasource(
  signal: Signal,
  cell: string,
  scope: Scope,
  { orgId, backend: { datasource }, reader, links }: Target,
): Datasource {
  return {
    name: nameOf(signal, cell, scope.tenant),
    uid: uidOf(signal, cell, scope.tenant),
    type: datasource.type,
    access: "proxy",
    url: `http://${reader}${datasource.path}`,
    orgId,
    isDefault: false,
    editable: false,
    jsonData: { httpHeaderName1: TENANT_HEADER, ...datasource.jsonData(links) },
    secureJsonData: { httpHeaderValue1: scope.tenants.join("|") },
  };
}

/** Of its plug-in. */
export const ALERTS_TYPE = "alertmanager";
const ALL_ALERTS = { name: "all alerts", uid: "all_alerts" };

/** It shows the alerts of the hub itself as well, which have no tenant. */
function operatorsAlerts({ reader }: AlertsSource): Datasource {
  return { ...alertsSource(reader, OPERATORS), ...ALL_ALERTS };
}

/** Alerts and silences of each tenant of a customer. */
function customerAlerts(
  alerts: AlertsSource | undefined,
  tenants: readonly string[],
): Datasource[] {
  const { tenantReader } = alerts ?? {};
  if (tenantReader === undefined) return [];
  return tenants.map((tenant) => {
    const source = alertsSource(tenantReader, UNKNOWN_ORGANISATION);
    const uid = `alerts_${tenant}`;
    return {
      ...source,
      name: `${tenant} alerts`,
      uid: uid.length <= LONGEST_UID ? uid : `alerts__${checksum(tenant)}`,
      jsonData: { httpHeaderName1: TENANT_HEADER, ...source.jsonData },
      secureJsonData: { httpHeaderValue1: tenant },
    };
  });
}

function alertsSource(reader: string, orgId: number): Omit<Datasource, "name" | "uid"> {
  return {
    type: ALERTS_TYPE,
    access: "proxy",
    url: `http://${reader}`,
    orgId,
    isDefault: false,
    editable: false,
    jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
  };
}

/** Made of parts that never change: Grafana finds by its name what it has provisioned. */
function nameOf(signal: Signal, cell: string, tenant = "all tenants"): string {
  return `${tenant} ${signal} (${cell})`;
}

/** The tenant that it says it shows; undefined for all. */
export function tenantNamed(name: string): string | undefined {
  return /^(\S+) \S+ \(\S+\)$/.exec(name)?.[1];
}

/** Grafana takes no more. */
const LONGEST_UID = 40;

/**
 * The same in every organisation and for good, so that dashboards and links go on working. Names of
 * cells and tenants have no `_`.
 */
export function uidOf(signal: Signal, cell: string, tenant?: string): string {
  const uid = tenant === undefined ? `all_${signal}_${cell}` : `${signal}_${cell}_${tenant}`;
  return uid.length <= LONGEST_UID ? uid : `${signal}__${checksum(cell, tenant ?? "")}`;
}
