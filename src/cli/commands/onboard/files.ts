import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { USUAL_CELL } from "../../../../components/contract/usual";
import { ConfigurationError, type Problem } from "../../../../components/kit/problems";
import { edited, withEntry } from "../../../config/edit";
import { parseSettings, sectionsOf } from "../../../config/parse";
import { NAMESPACE } from "../../../config/schema";
import { parseStackFile, stackFile } from "../../../config/stack-file";
import { shortName } from "../../project";
import { entryOf, hubSection, type Ground } from "./questions";

/** A stack file as it is to be. */
export interface FileChange {
  readonly stack: string;
  readonly path: string;
  /** Undefined where there is none yet. */
  readonly before: string | undefined;
  readonly after: string;
}

/** What has to be written to let an edge in, once every question is answered; nothing where it is written already. */
export function changesFor(ground: Ground): FileChange[] {
  const { project, edge, answers } = ground;
  const hub = answers.hub ?? "";
  const own = stackFile(project.folder, edge);
  const path = stackFile(project.folder, hub);
  const inventory = readFileSync(path, "utf8");
  const changes: FileChange[] = [
    { stack: hub, path, before: inventory, after: withEdge(inventory, ground) },
    ...(project.stacks.includes(edge)
      ? []
      : [{ stack: edge, path: own, before: undefined, after: newStackFile(ground, inventory) }]),
  ];
  return changes.filter(({ before, after }) => before !== after);
}

function withEdge(inventory: string, ground: Ground): string {
  const { edge, answers } = ground;
  const { tenant = "", retentionDays, environment, region, cell, activeSeries, outage } = answers;
  const tenantIsThere = hubSection(ground)?.tenants[tenant] !== undefined;
  const text = tenantIsThere
    ? inventory
    : withEntry(inventory, "tenants", tenant, {
        ...(cell !== USUAL_CELL && { cell }),
        retentionDays: value(retentionDays),
      });
  if (entryOf(ground)) return text;
  const entry = {
    tenant,
    environment,
    region,
    activeSeries: value(activeSeries),
    ...(outage !== "6h" && { outage }),
  };
  return withEntry(text, "edges", edge, entry);
}

/** A number where it is one; what is none is refused with the rest of the file. */
function value(answer: string | undefined): number | string | undefined {
  return answer !== undefined && /^\d+$/.test(answer) ? Number(answer) : answer;
}

function newStackFile(ground: Ground, inventory: string): string {
  const { project, edge, answers } = ground;
  const { like, context = "" } = answers;
  const fromStack = qualified(ground);
  // Editors check a stack file against the schema that its first line names.
  const schema = /^# yaml-language-server: .*\n/.exec(inventory)?.[0] ?? "";
  if (like === undefined) {
    return edited(`${schema}config: {}\n`, (file) => {
      file.set(["config"], {
        [`${NAMESPACE}:cluster`]: { context },
        [`${NAMESPACE}:edge`]: { name: edge, hub: { fromStack } },
      });
    });
  }
  // What is said before everything else is said of the other one.
  const other = readFileSync(stackFile(project.folder, like), "utf8").replace(/^(#.*\n|\n)+/, "");
  // What is encrypted, and with what, is each stack's own; so is what stands for it alone.
  const section = (key: string) => ["config", `${NAMESPACE}:${key}`];
  const own = [
    ["secretsprovider"],
    ["encryptionsalt"],
    ["encryptedkey"],
    section("hub"),
    section("secrets"),
    [...section("edge"), "keyGeneration"],
    [...section("edge"), "demo"],
  ];
  const text = edited(other, (file) => {
    for (const path of own) file.set(path, undefined);
    file.set([...section("cluster"), "context"], context);
    file.set([...section("edge"), "name"], edge);
    file.set([...section("edge"), "hub"], { fromStack });
  });
  return schema + text;
}

/** The hub's full name, as the other edges have it. */
function qualified({ project, answers: { hub = "" } }: Ground): string {
  const others = project.stacks.flatMap(
    (stack) => project.settings(stack).edge?.hub?.fromStack ?? [],
  );
  return others.find((name) => shortName(name) === hub) ?? `organization/${NAMESPACE}/${hub}`;
}

/** What is wrong with the files as they are to be. */
export function problemsIn(changes: readonly FileChange[]): Problem[] {
  return changes.flatMap(({ stack, path, after }) => {
    try {
      parseSettings(stack, sectionsOf(parseStackFile(after, path).config ?? {}).settings);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.problems.map((problem) => ({
        ...problem,
        path: `${problem.path} in ${basename(path)}`,
      }));
    }
  });
}
