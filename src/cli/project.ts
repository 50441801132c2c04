import { closest, distance } from "fastest-levenshtein";
import { projectFolder } from "../config/project";
import { readSettings, stackFile, stackNames } from "../config/stack-file";
import type { Settings } from "../config/schema";
import { Failure, outcomeOf, throwFailures } from "./ui/failure";

/** The stacks of a project folder, as their files describe them. No engine, no backend. */
export interface Project {
  readonly folder: string;
  /** Names of all stacks that have a file; hubs first, because everything else needs them. */
  readonly stacks: readonly string[];
  settings(stack: string): Settings;
}

export function openProject(folder = projectFolder()): Project {
  const names = stackNames(folder);
  if (names.length === 0) {
    throw new Failure(
      `No stack files (Pulumi.<stack>.yaml) in ${folder}`,
      "HELIOGRAPH_PROJECT names another folder.",
    );
  }
  const read = new Map<string, Settings>();
  const settings = (stack: string): Settings => {
    const known = read.get(stack) ?? readSettings(folder, stack);
    read.set(stack, known);
    return known;
  };
  return { folder, stacks: names, settings };
}

/**
 * The stacks a command works on: those named, or all. A name that does not exist is refused before
 * anything starts.
 */
export function chooseStacks(project: Project, named: readonly string[]): string[] {
  const unknown = named.filter((name) => !project.stacks.includes(name));
  if (unknown.length > 0)
    throw new Failure(unknown.map((name) => unknownStack(project, name)).join("\n"));
  const chosen = named.length === 0 ? project.stacks : [...new Set(named)];
  readAll(project, chosen);
  return hubsFirst(project, chosen);
}

/**
 * The stack of this project in which an edge's hub is; undefined for hubs elsewhere and for edges
 * without one.
 */
export function hubOf(project: Project, stack: string): string | undefined {
  const { edge } = project.settings(stack);
  const name = edge?.hub && shortName(edge.hub.fromStack);
  return name !== undefined && project.stacks.includes(name) ? name : undefined;
}

/**
 * A warning if an edge refers to a hub of which this project has no stack file. That is right where
 * the hub is in another project, and otherwise a typing mistake.
 */
export function unknownHub(project: Project, stack: string): string | undefined {
  const { edge } = project.settings(stack);
  if (!edge?.hub || hubOf(project, stack) !== undefined) return undefined;
  const { fromStack } = edge.hub;
  const name = shortName(fromStack);
  const near = closest(name, [...project.stacks]);
  const hint =
    distance(near, name) <= 2
      ? `did you mean ${near}?`
      : `stacks here: ${project.stacks.join(", ")}`;
  return `The hub of edge ${edge.name}, stack ${fromStack}, has no stack file here; ${hint}`;
}

/** `organization/heliograph/ops` -> `ops` */
export function shortName(stack: string): string {
  return stack.split("/").at(-1) ?? stack;
}

/** What is wrong with any of the stack files, all at once. */
function readAll(project: Project, stacks: readonly string[]): void {
  throwFailures(stacks.map((stack) => outcomeOf(() => project.settings(stack))));
}

function hubsFirst(project: Project, stacks: readonly string[]): string[] {
  const rank = (stack: string) => (project.settings(stack).hub ? 0 : 1);
  return [...stacks].sort((a, b) => rank(a) - rank(b));
}

function unknownStack({ folder, stacks }: Project, name: string): string {
  const near = closest(name, [...stacks]);
  const hint =
    distance(near, name) <= 2 ? `did you mean ${near}?` : `stacks here: ${stacks.join(", ")}`;
  return `No stack ${name} (${stackFile(folder, name)} does not exist); ${hint}`;
}
