import type { Signal } from "../../contract/names";
import { partName } from "../../kit/parts";
import {
  ALERTS_TYPE,
  type Datasource,
  organisationOf,
  signalOfType,
  tenantNamed,
  type ProvisioningFile,
} from "./datasources";
import { fromYaml } from "../../kit/yaml";

/** ConfigMaps with the files that Grafana is provisioned by: as many as there are, from 0. */
export const datasourcesConfigMap = (part: number) => partName("grafana-datasources", part);

/** A data source as it is deployed. */
export interface DeployedDatasource {
  /** The customer's organisation that has it; undefined for that of the operators. */
  readonly organisation: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly signal: Signal;
  readonly url: string;
  /** What its plug-in sends with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Tenants that the header names. */
  readonly tenants: readonly string[];
  /** The tenant that people take it to be of; undefined for all. */
  readonly tenantNamed: string | undefined;
}

/** One that shows alerts and silences. */
export interface DeployedAlertsSource extends Pick<
  DeployedDatasource,
  "organisation" | "name" | "url" | "headers"
> {
  /** The tenant that the header names; undefined for one of operators, which shows all. */
  readonly tenant: string | undefined;
}

/** Reads them back from the files, as Grafana does. */
export function deployedDatasources(files: Readonly<Record<string, string>>): DeployedDatasource[] {
  return inFiles(files).flatMap(({ organisation, datasource }) => {
    const { name, uid, type, url, secureJsonData } = datasource;
    const signal = signalOfType(type);
    if (!signal) return [];
    return {
      organisation,
      name,
      uid,
      signal,
      url,
      headers: headersOf(datasource),
      tenants: secureJsonData?.httpHeaderValue1.split("|") ?? [],
      tenantNamed: tenantNamed(name),
    };
  });
}

/** The same for those of alerts. */
export function deployedAlertsSources(
  files: Readonly<Record<string, string>>,
): DeployedAlertsSource[] {
  return inFiles(files)
    .filter(({ datasource }) => datasource.type === ALERTS_TYPE)
    .map(({ organisation, datasource }) => ({
      organisation,
      name: datasource.name,
      url: datasource.url,
      headers: headersOf(datasource),
      tenant: datasource.secureJsonData?.httpHeaderValue1,
    }));
}

interface InFile {
  readonly organisation: string | undefined;
  readonly datasource: Datasource;
}

function inFiles(files: Readonly<Record<string, string>>): InFile[] {
  return Object.entries(files).flatMap(([file, text]) =>
    (fromYaml(text) as ProvisioningFile).datasources.map((datasource) => ({
      organisation: organisationOf(file),
      datasource,
    })),
  );
}

function headersOf({ jsonData, secureJsonData }: Datasource): Readonly<Record<string, string>> {
  const { httpHeaderName1: name } = jsonData;
  return name && secureJsonData ? { [name]: secureJsonData.httpHeaderValue1 } : {};
}
