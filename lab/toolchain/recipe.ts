import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { repository } from "../state.js";
import { type ChildOptions, runChild } from "./child.js";
import { goEnvironment } from "./go.js";
import type { Recipe } from "./programs.js";

/** Called as a build proceeds. */
export interface BuildSteps {
  onWork(packages: { stale: number; all: number }): void;
  onCompiled(count: number): void;
}

export interface BuildFolders {
  /** Receives the programs. */
  target: string;
  /** For the wrapping module. */
  scratch: string;
  /** For Go's temporary files, which it leaves behind when it is killed. */
  temporary: string;
}

export async function build(
  recipe: Recipe,
  folders: BuildFolders,
  child: Pick<ChildOptions, "log" | "signal">,
  steps: BuildSteps,
): Promise<void> {
  const env = { ...process.env, ...goEnvironment(), GOTMPDIR: folders.temporary };
  const go = (cwd: string, args: string[], onErrorLine?: (line: string) => void) =>
    runChild("go", args, { ...child, cwd, env, onErrorLine });
  const { cwd, packages } = await prepare(recipe, folders.scratch, go);
  const flags = [
    "-trimpath",
    `-ldflags=${recipe.ldflags}`,
    ...(recipe.tags ? [`-tags=${recipe.tags}`] : []),
    ...(recipe.wrap || recipe.manifest ? [] : ["-mod=readonly"]),
  ];

  // A main package counts as stale for ever, because it is never installed: only what is not in the
  // cache is work.
  const state = "-f={{if .Stale}}{{.StaleReason}}{{end}}";
  const reasons = (await go(cwd, ["list", "-deps", state, ...flags, ...packages]))
    .split("\n")
    .slice(0, -1);
  const stale = reasons.filter(
    (reason) => reason && reason !== "not installed but available in build cache",
  );
  steps.onWork({ stale: stale.length, all: reasons.length });

  let compiled = 0;
  // With -v, go names each package as it compiles it, and prefixes its complaints with "#".
  await go(cwd, ["build", "-v", ...flags, `-o=${folders.target}/`, ...packages], (line) => {
    if (/^[\w.][^\s:]*$/.test(line)) steps.onCompiled(++compiled);
  });
}

type Go = (cwd: string, args: string[]) => Promise<string>;

async function prepare(
  recipe: Recipe,
  scratch: string,
  go: Go,
): Promise<{ cwd: string; packages: string[] }> {
  const relative = recipe.packages.map((name) => (name === "." ? name : `./${name}`));
  if (recipe.folder) return { cwd: resolve(repository, recipe.folder), packages: relative };

  if (recipe.manifest) {
    const manifest = resolve(repository, recipe.manifest);
    await go(scratch, ["run", recipe.module!, "--config", manifest, "--skip-compilation"]);
    return { cwd: scratch, packages: relative };
  }

  const download = JSON.parse(
    await go(scratch, ["mod", "download", "-json", recipe.module!]),
  ) as Download;
  if (recipe.add)
    return { cwd: await copyWith(recipe.add, download.Dir, scratch), packages: relative };
  if (!recipe.wrap) return { cwd: download.Dir, packages: relative };

  const [path, version] = recipe.module!.split("@") as [string, string];
  const edited = JSON.parse(await go(scratch, ["mod", "edit", "-json", download.GoMod])) as GoMod;
  writeFileSync(
    join(scratch, "go.mod"),
    wrappingModule(path, version, edited, recipe.wrap.siblings),
  );
  // go.sum of the module covers what it requires: checked against it, not only against the checksum
  // database.
  copyFileSync(join(download.Dir, "go.sum"), join(scratch, "go.sum"));
  const packages = recipe.packages.map((name) => `${path}/${name}`);
  await go(scratch, ["get", ...packages.map((name) => `${name}@${version}`)]);
  return { cwd: scratch, packages };
}

/** Go's module cache is not to be written to, nor does `-overlay` cover it. */
async function copyWith(
  added: NonNullable<Recipe["add"]>,
  module: string,
  scratch: string,
): Promise<string> {
  const copy = join(scratch, "copy");
  await runChild("cp", ["-R", "--no-preserve=mode", module, copy], { log: () => undefined });
  for (const [path, text] of Object.entries(added)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  return copy;
}

/** The parts of `go mod download -json` and `go mod edit -json` that are read here. */
interface Download {
  Dir: string;
  GoMod: string;
}
interface GoMod {
  Go: string;
  Replace?:
    { Old: { Path: string; Version?: string }; New: { Path: string; Version?: string } }[] | null;
}

/**
 * The go.mod of the small module around one whose relative replaces only work in its own
 * repository.
 */
export function wrappingModule(
  path: string,
  version: string,
  inner: GoMod,
  siblings?: string,
): string {
  const replaces = (inner.Replace ?? []).flatMap(({ Old, New }) => {
    const from = [Old.Path, Old.Version].filter(Boolean).join(" ");
    if (!New.Path.startsWith(".")) return `replace ${from} => ${New.Path} ${New.Version}`;
    return siblings ? `replace ${from} => ${Old.Path} ${siblings}` : [];
  });
  return [
    `module heliograph.lab/build`,
    `go ${inner.Go}`,
    `require ${path} ${version}`,
    ...replaces,
    "",
  ].join("\n");
}
