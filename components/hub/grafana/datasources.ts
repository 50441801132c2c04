import { HUB_TENANT, SIGNALS, type Signal } from "../../contract/names";
import { checksum } from "../../kit/checksum";
import { TENANT_HEADER } from "../../backends/kit/architecture";
import { MIMIR } from "../../backends/mimir/components";
import { linksOf, type Links } from "./links";

/** As Grafana reads it: https://grafana.com/docs/grafana/v13.2/administration/provisioning/#data-sources */
export interface Datasource {
  readonly name: string;
  readonly uid: string;
  readonly type: DatasourceType;
  readonly access: "proxy";
  readonly url: string;
  readonly orgId: number;
  readonly isDefault: boolean;
  readonly editable: false;
  readonly jsonData: Readonly<Record<string, unknown>> & {
    readonly httpHeaderName1: typeof TENANT_HEADER;
  };
  readonly secureJsonData: { readonly httpHeaderValue1: string };
}

export const TYPES = { metrics: "prometheus", logs: "loki", traces: "tempo" } as const;
export type DatasourceType = (typeof TYPES)[Signal];

export interface ProvisioningFile {
  readonly apiVersion: 1;
  /** What was provisioned and is in no file any more goes: that of a tenant that is gone, or is another customer's now. */
  readonly prune: true;
  readonly datasources: readonly Datasource[];
}

export interface CellSources {
  /** Host and port of who answers reads, by signal. */
  readonly readers: Readonly<Partial<Record<Signal, string>>>;
  /** Tenants whose data the cell stores. */
  readonly tenants: readonly string[];
  /** Title of what stores metrics. Defaults to `Mimir`. */
  readonly metricsBackend?: string;
  /** The same of whoever answers for several tenants at once, where that is somebody else, who shows all that the cell has: for operators alone. */
  readonly allReaders?: Readonly<Partial<Record<Signal, string>>>;
  /** Signals whose backend answers for one tenant at a time only, as Tempo 1.5 does. Defaults to none. */
  readonly oneByOne?: readonly Signal[];
}

export interface DatasourcesModel {
  readonly cells: Readonly<Record<string, CellSources>>;
  /** Tenants of each customer. */
  readonly organisations: Readonly<Record<string, readonly string[]>>;
  /** Host and port of what answers for every edge and every cell at once, and whose data that is. Left out where there is none. */
  readonly everywhere?: { readonly reader: string; readonly tenants: readonly string[] };
}

/** Organisation of the operators, which Grafana makes at its first start. */
export const OPERATORS = 1;
/** Stands for the number of an organisation, which only the running Grafana knows. */
export const UNKNOWN_ORGANISATION = 0;

export const OPERATORS_FILE = "datasources.yaml";
export const organisationFile = (organisation: string) => `organisation.${organisation}.yaml`;
/** The organisation that a file is for; undefined for that of the operators. */
export const organisationOf = (file: string) => /^organisation\.(.+)\.yaml$/.exec(file)?.[1];

/** The files by name: one with everything, for operators, and one for each customer, with its tenants alone. */
export function provisioning({
  cells,
  organisations,
  everywhere,
}: DatasourcesModel): Readonly<Record<string, ProvisioningFile>> {
  const everything = Object.entries(cells).flatMap(([cell, sources]) =>
    datasourcesOf(cell, sources, OPERATORS, [HUB_TENANT]),
  );
  const customers = Object.entries(organisations).map(
    ([name, tenants]): [string, ProvisioningFile] => {
      const own = Object.entries(cells).flatMap(([cell, sources]) => {
        const few = {
          ...sources,
          tenants: sources.tenants.filter((tenant) => tenants.includes(tenant)),
          oneByOne: [
            ...(sources.oneByOne ?? []),
            ...SIGNALS.filter((signal) => sources.allReaders?.[signal]),
          ],
        };
        return datasourcesOf(cell, few, UNKNOWN_ORGANISATION, []);
      });
      return [organisationFile(name), file(own)];
    },
  );
  const all = [...everything, ...(everywhere ? [everywhereSource(everywhere)] : [])];
  return { [OPERATORS_FILE]: file(all), ...Object.fromEntries(customers) };
}

function file(datasources: readonly Datasource[]): ProvisioningFile {
  const first = datasources.findIndex(({ type }) => type === TYPES.metrics);
  return {
    apiVersion: 1,
    prune: true,
    datasources: datasources.map((each, index) => ({ ...each, isDefault: index === first })),
  };
}

/** Whose data a data source shows: one tenant's, or that of all. */
type Scope = { readonly tenant?: string; readonly tenants: readonly string[] };

function datasourcesOf(
  cell: string,
  { readers, allReaders = {}, tenants, metricsBackend = MIMIR.title, oneByOne = [] }: CellSources,
  orgId: number,
  hubTenants: readonly string[],
): Datasource[] {
  const stored = SIGNALS.filter((signal) => readers[signal] !== undefined);
  // What the hub records about itself is metrics.
  const scopes = (signal: Signal): Scope[] => {
    const hub = signal === "metrics" ? hubTenants : [];
    const all =
      tenants.length > 1 && !oneByOne.includes(signal) ? [{ tenants: [...tenants, ...hub] }] : [];
    return [...all, ...[...tenants, ...hub].map((tenant) => ({ tenant, tenants: [tenant] }))];
  };
  return stored.flatMap((signal) =>
    scopes(signal).map((scope) => {
      const neighbours = stored.filter((other) =>
        scope.tenant === undefined ? !oneByOne.includes(other) : scope.tenant !== HUB_TENANT,
      );
      const links = Object.fromEntries(
        neighbours.map((other) => [other, uidOf(other, cell, scope.tenant)]),
      );
      const reader =
        (scope.tenant === undefined ? allReaders[signal] : undefined) ??
        (readers[signal] as string);
      return datasource(signal, cell, scope, { orgId, reader, links, metricsBackend });
    }),
  );
}

/** For operators: it does not keep tenants apart. */
function everywhereSource({
  reader,
  tenants,
}: NonNullable<DatasourcesModel["everywhere"]>): Datasource {
  return {
    ...datasource(
      "metrics",
      EVERYWHERE,
      { tenants },
      { orgId: OPERATORS, reader, links: {}, metricsBackend: "Thanos" },
    ),
    uid: EVERYWHERE_UID,
  };
}

/** No cell has such a name. */
const EVERYWHERE = "all edges and cells";
const EVERYWHERE_UID = "everywhere_metrics";

interface Place {
  readonly orgId: number;
  readonly reader: string;
  readonly links: Links;
  readonly metricsBackend: string;
}

function datasource(
  signal: Signal,
  cell: string,
  scope: Scope,
  { orgId, reader, links, metricsBackend }: Place,
): Datasource {
  return {
    name: nameOf(signal, cell, scope.tenant),
    uid: uidOf(signal, cell, scope.tenant),
    type: TYPES[signal],
    access: "proxy",
    url: `http://${reader}${signal === "metrics" ? "/prometheus" : ""}`,
    orgId,
    isDefault: false,
    editable: false,
    jsonData: { httpHeaderName1: TENANT_HEADER, ...linksOf(signal, links, metricsBackend) },
    secureJsonData: { httpHeaderValue1: scope.tenants.join("|") },
  };
}

/** Made of what never changes: Grafana finds what it has provisioned by its name. */
function nameOf(signal: Signal, cell: string, tenant = "all tenants"): string {
  return `${tenant} ${signal} (${cell})`;
}

/** The tenant that it says it shows; undefined for all. */
export function tenantNamed(name: string): string | undefined {
  return /^(\S+) \S+ \(\S+\)$/.exec(name)?.[1];
}

/** Grafana takes no more. */
const LONGEST_UID = 40;

/** The same in every organisation and for good, so that dashboards and links go on working. Names of cells and tenants have no `_`. */
export function uidOf(signal: Signal, cell: string, tenant?: string): string {
  const uid = tenant === undefined ? `all_${signal}_${cell}` : `${signal}_${cell}_${tenant}`;
  return uid.length <= LONGEST_UID ? uid : `${signal}__${checksum(cell, tenant ?? "")}`;
}
