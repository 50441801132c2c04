import { dashboardIssues, ownDashboard, type KnownDatasources } from "../dashboards/own";
import { uidOf } from "../dashboards/kit/dashboard";
import { issueUnless, under, type Issue, type IssuePath } from "../kit/issues";
import { OWN_FOLDER, type OwnDashboardFiles } from "./grafana/dashboards";
import {
  EVERYWHERE_UID,
  organisationOf,
  provisioning,
  type SignalSource,
} from "./grafana/datasources";
import type { GrafanaInput } from "./grafana/issues";
import { storesOf, type HubModel } from "./model";

/** What ConfigMaps hold, without what is around the text. */
export const DASHBOARD_LIMIT = 1000 * 1024;
/** A folder at most, and a name that may be a key of a ConfigMap. */
const PATH = /^([\w][\w .-]*\/)?[\w][\w.-]*\.json$/;
const OURS = uidOf("");

interface Owned {
  readonly path: IssuePath;
  readonly files: Readonly<Record<string, string>>;
  readonly known: KnownDatasources;
}

/** What is wrong in dashboards that users bring, and what they contradict. Starts at `files`. */
export function ownDashboardsIssues(
  { operators = {}, everyone = {}, organisations = {} }: OwnDashboardFiles,
  hub: HubModel,
  grafana: GrafanaInput | undefined,
  globalQuery: boolean,
): Issue[] {
  if (!grafana) return withoutGrafana({ operators, everyone, organisations });
  const customers = Object.keys(grafana.organisations ?? {});
  const there = knownDatasources(hub, grafana, globalQuery);
  const forAll = there.everyone;
  const sets: Owned[] = [
    { path: ["operators"], files: operators, known: there.operators },
    { path: ["everyone"], files: everyone, known: forAll },
    ...Object.entries(organisations).map(([name, files]) => ({
      path: ["organisations", name],
      files,
      known: there.organisations[name] ?? new Map<string, string>(),
    })),
  ];
  return [
    ...Object.keys(organisations).flatMap((name) =>
      issueUnless(customers.includes(name), ["organisations", name], {
        got: name,
        expected: `one of \`grafana.organisations\`: ${customers.join(", ") || "there is none yet"}`,
        lines: `// move its files to ${customers[0] ?? "operators"}`,
      }),
    ),
    ...sets.flatMap((set) => fileIssues(set)),
    // An organisation has those for everyone, too.
    ...sets.flatMap((set) => uidIssues(set, set.path[0] === "everyone" ? [] : [sets[1] as Owned])),
  ];
}

function withoutGrafana(files: OwnDashboardFiles): Issue[] {
  const got = Object.values(files).flatMap((set) => Object.keys(set ?? {}));
  if (got.length === 0) return [];
  const expected = "none, since the hub has no `grafana`";
  return [{ path: [], got, expected, lines: "// remove the files, or add grafana" }];
}

function fileIssues({ path, files, known }: Owned): Issue[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const bytes = Buffer.byteLength(text);
    return [
      ...issueUnless(PATH.test(name), [...path, name], {
        got: name,
        expected: "a name that ends in .json, with one folder before it at most",
        lines: `// rename it, e.g. ${OWN_FOLDER}/checkout.json`,
      }),
      ...issueUnless(bytes <= DASHBOARD_LIMIT, [...path, name], {
        got: `${bytes} bytes`,
        expected: `at most ${DASHBOARD_LIMIT / 1024} KiB: a ConfigMap holds no more`,
        lines: "// split it into several dashboards",
      }),
      ...under([...path, name], dashboardIssues(text, known)),
    ];
  });
}

/** Grafana finds a dashboard by its uid, in each organisation by itself. */
function uidIssues(set: Owned, others: readonly Owned[]): Issue[] {
  const entries = ({ path, files }: Owned) =>
    Object.entries(files).flatMap(([name, text]) => {
      const uid = ownDashboard(text)?.uid;
      return uid === undefined ? [] : [{ path: [...path, name], uid }];
    });
  const own = entries(set);
  const before = others.flatMap(entries);
  return own.flatMap(({ path, uid }, index) => {
    const same = [...before, ...own.slice(0, index)].find((other) => other.uid === uid);
    const issue = (expected: string): Issue[] => [
      { path: [...path, "uid"], got: uid, expected, lines: JSON.stringify({ uid: `own-${uid}` }) },
    ];
    if (uid.startsWith(OURS))
      return issue(`another uid: Heliograph's own dashboards have those with ${OURS}`);
    return same ? issue(`another uid: ${same.path.join(".")} has this one`) : [];
  });
}

interface Known {
  readonly operators: KnownDatasources;
  /** Those that operators and every organisation have. */
  readonly everyone: KnownDatasources;
  readonly organisations: Readonly<Record<string, KnownDatasources>>;
}

function knownDatasources(
  { cells, alertmanager }: HubModel,
  { organisations = {} }: GrafanaInput,
  globalQuery: boolean,
): Known {
  const tenantsOf = Object.entries(organisations).map(
    ([name, { tenants }]) => [name, tenants] as const,
  );
  const files = provisioning({
    cells: Object.fromEntries(
      cells.map((cell) => [
        cell.name,
        {
          tenants: cell.ownTenants,
          sources: Object.fromEntries(
            storesOf(cell).map(({ signal, backend, options }): [string, SignalSource] => [
              signal,
              {
                backend,
                reader: "",
                severalTenants: backend.datasource.readsSeveralTenants(options),
              },
            ]),
          ),
        },
      ]),
    ),
    organisations: Object.fromEntries(tenantsOf),
    ...(alertmanager && { alerts: { reader: "", tenantReader: "" } }),
  });
  // Where there are many, they are in several files.
  const uids = (organisation?: string) =>
    new Map(
      Object.entries(files)
        .filter(([file]) => organisationOf(file) === organisation)
        .flatMap(([, { datasources }]) => datasources.map(({ uid, type }) => [uid, type])),
    );
  const operators = uids();
  const byName = Object.fromEntries(tenantsOf.map(([name]) => [name, uids(name)] as const));
  const everyone = [...operators].filter(([uid]) =>
    Object.values(byName).every((each) => each.has(uid)),
  );
  if (globalQuery) operators.set(EVERYWHERE_UID, "prometheus");
  return { operators, everyone: new Map(everyone), organisations: byName };
}
