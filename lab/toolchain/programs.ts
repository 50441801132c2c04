import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import programs from "../programs.json";
import { cacheFolder, repository } from "../state.js";

export type ProgramName = keyof typeof programs;

/**
 * How one program is built: an entry of lab/programs.json, the one place for the lab's programs and
 * their versions.
 */
export interface Recipe {
  readonly version: string;
  /** Go module with its version, e.g. `github.com/coredns/coredns@v1.15.0`. */
  readonly module?: string;
  /** Instead of `module`: a folder of this repository that is a Go module. */
  readonly folder?: string;
  /**
   * Build from a small module that requires this one, because its go.mod has relative replaces,
   * which only work in its own repository. Absolute replaces are repeated; relative ones become
   * `siblings`, the version under which those modules are published (left out where go.mod requires
   * them by a real version).
   */
  readonly wrap?: { readonly siblings?: string };
  /** Files to add to the module, by path: what a newer Go asks of an old version. */
  readonly add?: Readonly<Record<string, string>>;
  /**
   * For a collector: its manifest in this repository, from which `module`, upstream's builder,
   * writes the Go module.
   */
  readonly manifest?: string;
  /** Main packages, relative to the module. */
  readonly packages: readonly string[];
  /** Build tags, as upstream releases are built with. */
  readonly tags?: string;
  readonly ldflags: string;
  /** The oldest Go that builds it. */
  readonly go: string;
  /** Seconds that a first build took on two busy cores: what estimates start from. */
  readonly seconds: number;
  /** Disk that a first build needs: modules, build cache, programs. */
  readonly gigabytes: number;
}

export const recipes: Readonly<Record<ProgramName, Recipe>> = programs;
export const programNames = Object.keys(programs) as ProgramName[];

/** Another version, package or flag is another program. Estimates do not count. */
export function recipeHash(recipe: Recipe): string {
  const what = Object.entries(recipe).filter(([key]) => key !== "seconds" && key !== "gigabytes");
  const hash = createHash("sha256").update(JSON.stringify(what.sort()));
  if (recipe.folder) {
    const folder = resolve(repository, recipe.folder);
    for (const file of readdirSync(folder).sort())
      hash.update(file).update(readFileSync(join(folder, file)));
  }
  if (recipe.manifest) hash.update(readFileSync(resolve(repository, recipe.manifest)));
  return hash.digest("hex").slice(0, 16);
}

/** File names of the programs that a recipe makes, as `go build` names them. */
export function binaries({ module, folder = "", manifest, packages }: Recipe): string[] {
  // A module of a later major version ends with it: `/v2`.
  const path = module?.split("@")[0]?.replace(/\/v\d+$/, "");
  const root = manifest ? basename(manifest, ".yaml") : (path ?? folder);
  return packages.map((name) => basename(name === "." ? root : name));
}

/** Where a program of the lab is, once it is built. */
export function programFolder(name: ProgramName): string {
  return folderOf(name, recipes[name]);
}

export function folderOf(name: string, { version }: Recipe): string {
  return join(cacheFolder(), "programs", name, version);
}

/**
 * Beside the programs: the hash of the recipe that made them. A folder without it, or with another,
 * is not used.
 */
export const recipeFile = ".recipe";

export function isBuilt(name: string, recipe: Recipe): boolean {
  const file = join(folderOf(name, recipe), recipeFile);
  return existsSync(file) && readFileSync(file, "utf8") === recipeHash(recipe);
}
