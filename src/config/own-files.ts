import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { z } from "zod";
import type { Issue, IssuePath } from "@heliograph/heliograph";
import { described, mapValues, text } from "@heliograph/heliograph/model";
import { projectFolder } from "./project";
import type { Settings } from "./schema";

const folder = (what: string, example: string) =>
  text(`Folder of ${what}, from that with Pulumi.yaml`, example).optional();
const folders = (what: string, by: string, key: string, example: string) =>
  described(
    z.record(z.string(), z.string().min(1)).default({}),
    `Folders of ${what}, by ${by}. Defaults to none.`,
    { [key]: example },
    "a map of folders",
  );

/** Folders whose files become `rules.files`. */
export const ruleFolders = described(
  z
    .strictObject({
      operators: folder("rule files (*.yaml) for operators, which see every tenant", "rules"),
      tenants: folders("rule files (*.yaml)", "tenant whose series they see", "dev", "rules/dev"),
      logs: folders(
        "files (*.yaml) with alerts on log lines",
        "tenant whose lines they see",
        "dev",
        "rules/dev/logs",
      ),
    })
    .optional(),
  "Folders with rule files of your own. Folders in them are not read. Defaults to none.",
  { operators: "rules", tenants: { dev: "rules/dev" } },
);

/** Folders whose files become `dashboards.files`. */
export const dashboardFolders = described(
  z
    .strictObject({
      operators: folder("dashboards (*.json) for operators", "dashboards"),
      everyone: folder(
        "dashboards (*.json) for operators and every organisation",
        "dashboards/everyone",
      ),
      organisations: folders(
        "dashboards (*.json)",
        "organisation of Grafana",
        "acme",
        "dashboards/acme",
      ),
    })
    .optional(),
  "Folders with dashboards of your own. A folder in one is a folder in Grafana. Defaults to none.",
  { operators: "dashboards", organisations: { acme: "dashboards/acme" } },
);

type Files = Record<string, string>;

/** The settings with the texts of files in place of the folders that they name. */
export function withOwnFiles(
  settings: Settings,
  project = projectFolder(),
): { readonly settings: Settings; readonly issues: readonly Issue[] } {
  const { hub } = settings;
  const { rules, dashboards } = hub ?? {};
  if (!hub || (!rules?.folders && !dashboards?.folders)) return { settings, issues: [] };
  const issues: Issue[] = [];
  const read = (
    path: IssuePath,
    given: string | undefined,
    kind: Kind,
    texts: Files = {},
  ): Files => {
    if (given === undefined) return texts;
    const found = kind(resolve(project, given), given);
    if (Object.keys(found).length === 0) issues.push(emptyIssue(path, given, project));
    return { ...texts, ...found };
  };
  const rulesAt: IssuePath = ["hub", "rules", "folders"];
  const boardsAt: IssuePath = ["hub", "dashboards", "folders"];
  const all = (path: IssuePath, given: Files = {}, kind: Kind, texts: Record<string, Files> = {}) =>
    ({
      ...texts,
      ...mapValues(given, (each, key) => read([...path, key], each, kind, texts[key])),
    }) satisfies Record<string, Files>;
  const { operators, tenants, logs } = rules?.folders ?? {};
  const { operators: boards, everyone, organisations } = dashboards?.folders ?? {};
  const ruleFiles = {
    operators: read([...rulesAt, "operators"], operators, ruleFilesIn, rules?.files?.operators),
    tenants: all([...rulesAt, "tenants"], tenants, ruleFilesIn, rules?.files?.tenants),
    logs: all([...rulesAt, "logs"], logs, ruleFilesIn, rules?.files?.logs),
  };
  const { files } = dashboards ?? {};
  const boardFiles = {
    operators: read([...boardsAt, "operators"], boards, dashboardsIn, files?.operators),
    everyone: read([...boardsAt, "everyone"], everyone, dashboardsIn, files?.everyone),
    organisations: all(
      [...boardsAt, "organisations"],
      organisations,
      dashboardsIn,
      files?.organisations,
    ),
  };
  return {
    settings: {
      ...settings,
      hub: {
        ...hub,
        ...(rules && { rules: { ...rules, files: ruleFiles } }),
        ...(dashboards && { dashboards: { ...dashboards, files: boardFiles } }),
      },
    },
    issues,
  };
}

/** Reads the texts of a folder's files by name. */
type Kind = (folder: string, given: string) => Files;

/** By their paths from the project, so that messages name the file. */
const ruleFilesIn: Kind = (at, given) =>
  Object.fromEntries(
    filesIn(at)
      .filter((file) => /\.ya?ml$/.test(file))
      .map((file) => [join(given, file), readFileSync(join(at, file), "utf8")]),
  );

/** By their paths from the folder: a folder in it is one of Grafana's. */
const dashboardsIn: Kind = (at) =>
  Object.fromEntries(
    [at, ...foldersIn(at)].flatMap((inner) =>
      filesIn(inner)
        .filter((file) => file.endsWith(".json"))
        .map((file) => [relative(at, join(inner, file)), readFileSync(join(inner, file), "utf8")]),
    ),
  );

function filesIn(at: string): string[] {
  if (!existsSync(at) || !statSync(at).isDirectory()) return [];
  return readdirSync(at, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

function foldersIn(at: string): string[] {
  if (!existsSync(at) || !statSync(at).isDirectory()) return [];
  return readdirSync(at, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(at, name))
    .sort();
}

function emptyIssue(path: IssuePath, given: string, project: string): Issue {
  const kind = path[1] === "rules" ? "*.yaml" : "*.json";
  const expected = `a folder below ${project} with files ${kind}`;
  return { path, got: given, expected, lines: `mkdir -p ${given}` };
}
