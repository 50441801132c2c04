import { cacheFolder } from "../state.js";
import { refuseShortDisk } from "./disk.js";
import { checkGo, goCaches } from "./go.js";
import { installedPulumi } from "./installed.js";
import { type BuildState, Estimate } from "./progress.js";
import { folderOf, isBuilt, type ProgramName, type Recipe, recipes } from "./programs.js";
import { provide } from "./provide.js";

export type BuildEvent =
  | { kind: "present"; program: string; version: string; source: string }
  | { kind: "waiting"; program: string }
  | { kind: "pruned"; program: string }
  | {
      kind: "building";
      program: string;
      state: BuildState;
      /** Estimated seconds: of this program, and of all that are not built yet. */
      remaining: { program: number; all: number };
    }
  | { kind: "built"; program: string; version: string; seconds: number };

export interface BuildOptions {
  signal?: AbortSignal;
  /** Called for every change, and each second during a build. */
  onEvent?: (event: BuildEvent) => void;
  /** Instead of lab/programs.json. */
  recipes?: Readonly<Record<string, Recipe>>;
}

export interface Builds<Name extends string = ProgramName> {
  /**
   * Settles as soon as this program can be used, with the folder it is in; later ones may still be
   * building.
   */
  ready(name: Name): Promise<string>;
  /** Settles when all programs can be used. */
  done: Promise<void>;
}

/**
 * Makes the programs usable one after another in the given order (one Go build uses all cores
 * already); what is there is ready at once. After a failure or an abort the rest is not tried and
 * rejects with the same reason.
 */
export function startBuilds<Name extends string = ProgramName>(
  names: readonly Name[],
  options: BuildOptions = {},
): Builds<Name> {
  const known: Readonly<Record<string, Recipe>> = options.recipes ?? recipes;
  const found = survey(names, known, options);
  const folders = new Map<Name, Promise<string>>();
  let turn: Promise<unknown> = found;
  for (const name of names) {
    const before = turn;
    const folder = found.then(async ({ present, estimate, caches }) => {
      const there = present.get(name);
      if (there) return there;
      await before;
      return provide(name, known[name]!, { ...options, estimate, caches });
    });
    folders.set(name, folder);
    turn = before.then(() => folder);
    for (const promise of [folder, turn]) promise.catch(noted);
  }
  const done = turn.then(() => undefined);
  done.catch(noted);
  const unlisted = (name: Name) =>
    new Error(`${name} is not among what is built: ${names.join(", ")}`);
  return { ready: async (name) => folders.get(name) ?? Promise.reject(unlisted(name)), done };
}

/** Whoever waits for a program sees its failure; nobody has to wait for each of them. */
function noted(): void {}

interface Survey {
  /** Folders of what is there already. */
  present: Map<string, string>;
  estimate: Estimate;
  /** Folders that builds fill. */
  caches: string[];
}

/** Finds what is there already, and refuses what cannot be built before anything is. */
async function survey(
  names: readonly string[],
  known: Readonly<Record<string, Recipe>>,
  { onEvent }: BuildOptions,
): Promise<Survey> {
  const present = new Map<string, string>();
  for (const name of names) {
    const recipe = known[name]!;
    const installed = name === "pulumi" ? await installedPulumi(recipe.version) : undefined;
    if (!installed && !isBuilt(name, recipe)) continue;
    const source = installed ? `installed in ${installed.folder}` : "built before";
    present.set(name, installed?.folder ?? folderOf(name, recipe));
    onEvent?.({
      kind: "present",
      program: name,
      version: installed?.version ?? recipe.version,
      source,
    });
  }
  const missing = names.filter((name) => !present.has(name));
  const estimate = new Estimate(missing.map((name) => known[name]!));
  if (missing.length === 0) return { present, estimate, caches: [] };

  await checkGo(missing.map((name) => [name, known[name]!]));
  const caches = [cacheFolder(), ...(await goCaches())];
  const gigabytes = Math.max(...missing.map((name) => known[name]!.gigabytes));
  refuseShortDisk({ what: `Building ${missing.join(", ")}`, gigabytes, folders: caches });
  return { present, estimate, caches };
}
