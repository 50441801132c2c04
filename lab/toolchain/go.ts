import { LabError } from "../host/errors.js";
import { tryRun } from "../host/run.js";
import type { Recipe } from "./programs.js";

/**
 * Independent of what the user has set, so that the build cache is shared and the result is the
 * same.
 */
export function goEnvironment(): Record<string, string> {
  return { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off", GOTOOLCHAIN: "local" };
}

/**
 * Refuses a missing or too old Go before anything is built, naming every program that needs a newer
 * one.
 */
export async function checkGo(
  recipes: readonly (readonly [name: string, recipe: Recipe])[],
): Promise<void> {
  if (recipes.length === 0) return;
  const names = recipes.map(([name]) => name).join(", ");
  const newest = recipes.map(([, { go }]) => go).reduce((a, b) => (olderThan(a, b) ? b : a));
  const advice = `Install Go ${newest} or newer (https://go.dev/dl) and run the same command again.`;
  const { code, stdout } = await tryRun("go", ["env", "GOVERSION"], { env: goEnvironment() }).catch(
    notFound,
  );
  if (code !== 0) throw new LabError(`Go is not installed: it builds ${names}.\n${advice}`);

  const version = stdout.trim().replace(/^go/, "");
  const refused = recipes.filter(([, { go }]) => olderThan(version, go));
  if (refused.length === 0) return;
  const needs = refused.map(([name, { version, go }]) => `  ${name} ${version} needs Go ${go}`);
  throw new LabError([`Go ${version} on the PATH is too old:`, ...needs, advice].join("\n"));
}

/** Compares dotted versions number by number; what follows the third is ignored. */
export function olderThan(version: string, wanted: string): boolean {
  const numbers = (text: string) => text.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(version), numbers(wanted)];
  const index = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
  return index !== undefined && (a[index] ?? 0) < (b[index] ?? 0);
}

/** Where Go keeps compiled packages and modules: what a build fills most. */
export async function goCaches(): Promise<string[]> {
  const { stdout } = await tryRun("go", ["env", "GOCACHE", "GOMODCACHE"], { env: goEnvironment() });
  return stdout.trim().split("\n");
}

function notFound(error: NodeJS.ErrnoException): { code: number; stdout: string } {
  if (error.code !== "ENOENT") throw error;
  return { code: 1, stdout: "" };
}
