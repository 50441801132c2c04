import type { Signal } from "../../contract/names";
import { organisationOf, signalOfType, tenantNamed, type ProvisioningFile } from "./datasources";
import { partName } from "../../kit/parts";
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

/** Reads them back from the files, as Grafana does. */
export function deployedDatasources(files: Readonly<Record<string, string>>): DeployedDatasource[] {
  return Object.entries(files).flatMap(([file, text]) =>
    (fromYaml(text) as ProvisioningFile).datasources.map(
      ({ name, uid, type, url, jsonData, secureJsonData }) => ({
        organisation: organisationOf(file),
        name,
        uid,
        signal: signalOfType(type) as Signal,
        url,
        headers: { [jsonData.httpHeaderName1]: secureJsonData.httpHeaderValue1 },
        tenants: secureJsonData.httpHeaderValue1.split("|"),
        tenantNamed: tenantNamed(name),
      }),
    ),
  );
}
