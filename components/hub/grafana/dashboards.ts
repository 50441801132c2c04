import { checksum } from "../../kit/checksum";
import { type Dashboard, uidOf } from "../../dashboards/kit/dashboard";
import { dashboardJson } from "../../dashboards/kit/json";
import { dashboardsOf, HOME } from "../../dashboards/registry";
import { type DatasourcesModel, OPERATORS, UNKNOWN_ORGANISATION } from "./datasources";

/** Sets of dashboards: operators have all, organisations what shows their own data alone. */
export const SETS = ["operators", "everyone"] as const;
type DashboardSet = (typeof SETS)[number];

/** Where Grafana finds the dashboards of a set, below its provisioning files. */
export const BOARDS = "boards";
const folderOf = (provisioning: string, set: DashboardSet) => `${provisioning}/${BOARDS}/${set}`;

/** Path of a dashboard below the set's folder: Grafana names folders after directories. */
const pathOf = ({ folder, name }: Dashboard) => `${folder}/${name}.json`;

/** The first page of everybody but operators, who have one of their own. */
export function homeFile(provisioning: string): string {
  return `${folderOf(provisioning, "everyone")}/${pathOf(HOME.everyone)}`;
}

/** Uid of the operators' first page. */
export const OPERATORS_HOME = uidOf(HOME.operators.name);

/** A dashboard as it is deployed: a ConfigMap for each, however many organisations have it. */
export interface DashboardFile {
  readonly name: string;
  /** Key in its ConfigMap. */
  readonly key: string;
  readonly text: string;
  /** Paths below the directory of all dashboards: one for each set that has it. */
  readonly paths: readonly string[];
}

/** The dashboards of the backends that there are. */
export function dashboardFiles({ cells }: Pick<DatasourcesModel, "cells">): DashboardFile[] {
  const backends = Object.values(cells).flatMap(({ sources }) =>
    Object.values(sources).map(({ backend }) => backend),
  );
  const key = [...new Set(backends.map(({ name }) => name))].sort().join();
  const files = written.get(key) ?? filesOf(dashboardsOf(backends));
  written.set(key, files);
  return files;
}

/** Dashboards that users bring, as texts by path of their file. */
export interface OwnDashboardFiles {
  readonly operators?: Readonly<Record<string, string>> | undefined;
  readonly everyone?: Readonly<Record<string, string>> | undefined;
  readonly organisations?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

/** Folder of those that are in none. */
export const OWN_FOLDER = "Own";

/** Directory of what an organisation alone has, below that of all dashboards. */
export const organisationSet = (organisation: string) => `organisations/${organisation}`;

/** A ConfigMap for each, too: one may be as large as a ConfigMap can be. */
export function ownDashboardFiles({
  operators = {},
  everyone = {},
  organisations = {},
}: OwnDashboardFiles): DashboardFile[] {
  const filesOf = (sets: readonly string[], files: Readonly<Record<string, string>>) =>
    Object.entries(files).map(([path, text]): DashboardFile => {
      const [key = "", folder = OWN_FOLDER] = path.split("/").reverse();
      return {
        name: `own-${checksum(sets.join(), path)}`,
        key,
        text,
        paths: sets.map((set) => `${set}/${folder}/${key}`),
      };
    });
  return [
    ...filesOf(["operators"], operators),
    ...filesOf(SETS, everyone),
    ...Object.entries(organisations).flatMap(([name, files]) =>
      filesOf([organisationSet(name)], files),
    ),
  ];
}

/** By backends: a program with several hubs writes them once, and so do tests. */
const written = new Map<string, DashboardFile[]>();

function filesOf(dashboards: readonly Dashboard[]): DashboardFile[] {
  return dashboards.map((dashboard) => ({
    name: dashboard.name,
    key: `${dashboard.name}.json`,
    text: JSON.stringify(dashboardJson(dashboard, dashboards)),
    paths: SETS.filter((set) => set === "operators" || dashboard.audience === set).map(
      (set) => `${set}/${pathOf(dashboard)}`,
    ),
  }));
}

/** As Grafana reads it: https://grafana.com/docs/grafana/v13.2/administration/provisioning/#dashboards */
interface ProviderFile {
  readonly apiVersion: 1;
  readonly providers: readonly {
    readonly name: string;
    readonly orgId: number;
    readonly type: "file";
    readonly disableDeletion: false;
    readonly allowUiUpdates: false;
    readonly updateIntervalSeconds: number;
    readonly options: { readonly path: string; readonly foldersFromFilesStructure: true };
  }[];
}

/** Grafana is told to read them when they change: it need not look for itself. */
const DAY = 86_400;
/** Stands for the name of an organisation in the providers that all of them have alike. */
export const ORGANISATION = "ORGANISATION";

function provider(path: string, name: string, orgId: number): ProviderFile["providers"][number] {
  return {
    name,
    orgId,
    type: "file",
    disableDeletion: false,
    allowUiUpdates: false,
    updateIntervalSeconds: DAY,
    options: { path, foldersFromFilesStructure: true },
  };
}

/** Beside the sets. */
export const PROVIDERS = "providers";
export const PROVIDER_FILES = { operators: "operators.yaml", organisation: "organisation.yaml" };

/** Who has which set, by file: one for operators, and one that each organisation is made of. */
export function providerFiles(provisioning: string): Readonly<Record<string, ProviderFile>> {
  return {
    [PROVIDER_FILES.operators]: {
      apiVersion: 1,
      providers: [provider(folderOf(provisioning, "operators"), "operators", OPERATORS)],
    },
    [PROVIDER_FILES.organisation]: {
      apiVersion: 1,
      providers: [
        provider(
          folderOf(provisioning, "everyone"),
          `organisation ${ORGANISATION}`,
          UNKNOWN_ORGANISATION,
        ),
        provider(
          `${provisioning}/${BOARDS}/${organisationSet(ORGANISATION)}`,
          `own of organisation ${ORGANISATION}`,
          UNKNOWN_ORGANISATION,
        ),
      ],
    },
  };
}
