import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { parseSettings, sectionsOf } from "./parse";
import type { Settings } from "./schema";

/** The folder with Pulumi.yaml and the stack files: the repository, unless HELIOGRAPH_PROJECT names another one. */
export function projectFolder(): string {
  return process.env["HELIOGRAPH_PROJECT"] ?? resolve(__dirname, "../..");
}

export function stackFile(project: string, stack: string): string {
  return join(project, `Pulumi.${stack}.yaml`);
}

/** Names of the stacks that have a file, sorted. */
export function stackNames(project: string): string[] {
  return readdirSync(project)
    .map((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1])
    .filter((stack) => stack !== undefined)
    .sort();
}

/** The whole configuration of a stack as its file has it; encrypted values stay `{ secure: ... }`. */
export function readStackConfig(project: string, stack: string): Record<string, unknown> {
  const file = stackFile(project, stack);
  if (!existsSync(file)) {
    throw new Error(
      `No stack ${stack}: ${file} does not exist. Stacks here: ${stackNames(project).join(", ")}`,
    );
  }
  return (
    (parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null)?.config ?? {}
  );
}

/** Settings of a stack, read and checked without an engine. */
export function readSettings(project: string, stack: string): Settings {
  return parseSettings(stack, sectionsOf(readStackConfig(project, stack)).settings);
}
