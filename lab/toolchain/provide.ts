import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LabError } from "../host/errors.js";
import type { BuildOptions } from "./builds.js";
import { ChildError, type ChildOptions, runChild } from "./child.js";
import { refuseShortDisk, shortOfDisk } from "./disk.js";
import { takeLock } from "./lock.js";
import type { BuildState, Estimate } from "./progress.js";
import { binaries, folderOf, isBuilt, type Recipe, recipeFile, recipeHash } from "./programs.js";
import { build, type BuildSteps } from "./recipe.js";

type Log = ChildOptions["log"];

export interface ProvideOptions extends BuildOptions {
  estimate: Estimate;
  /** Folders that a build fills. */
  caches: readonly string[];
}

/** A build that failed; its message says how it ended, where the whole log is and what to do. */
export class BuildError extends LabError {}

/** Builds one program, unless another run does or did so meanwhile; returns its folder. */
export async function provide(
  name: string,
  recipe: Recipe,
  options: ProvideOptions,
): Promise<string> {
  const folder = folderOf(name, recipe);
  const { signal, onEvent } = options;
  const onWait = () => onEvent?.({ kind: "waiting", program: name });
  const lock = await takeLock(join(dirname(folder), ".lock"), { signal, onWait });
  try {
    if (!isBuilt(name, recipe)) await buildLogged(name, recipe, options);
    return folder;
  } finally {
    await lock.release();
  }
}

async function buildLogged(name: string, recipe: Recipe, options: ProvideOptions): Promise<void> {
  const home = dirname(folderOf(name, recipe));
  const file = join(home, "build.log");
  writeFileSync(file, "");
  try {
    await buildLocked(name, recipe, options, (text) => appendFileSync(file, text));
  } catch (error) {
    throw error instanceof ChildError ? failure(`${name} ${recipe.version}`, error, file) : error;
  } finally {
    clear(join(home, ".partial"));
  }
}

/** A compiler that was ended with its build may write for a moment yet. */
function clear(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function buildLocked(
  name: string,
  recipe: Recipe,
  options: ProvideOptions,
  log: Log,
): Promise<void> {
  const { signal, onEvent, estimate } = options;
  const folder = folderOf(name, recipe);
  const partial = join(dirname(folder), ".partial");
  const target = join(partial, "programs");
  // What an interrupted run left here is of no use: what Go compiled for it is in Go's own cache.
  clear(partial);
  const [scratch, temporary] = [join(partial, "module"), join(partial, "tmp")];
  for (const made of [target, scratch, temporary]) mkdirSync(made, { recursive: true });
  await makeRoom(name, recipe, options, log);

  const clock = new BuildClock((state) => {
    const remaining = estimate.remaining(recipe, state);
    onEvent?.({ kind: "building", program: name, state, remaining });
  });
  try {
    await build(recipe, { target, scratch, temporary }, { log, signal }, clock);
  } finally {
    clock.stop();
  }
  const missing = binaries(recipe).filter((file) => !existsSync(join(target, file)));
  if (missing.length > 0) throw new LabError(`the build of ${name} made no ${missing.join(", ")}`);
  // The marker is written last and the folder renamed as a whole: it is complete wherever it is
  // found.
  writeFileSync(join(target, recipeFile), recipeHash(recipe));
  rmSync(folder, { recursive: true, force: true });
  renameSync(target, folder);
  estimate.finished(recipe, clock.state);
  onEvent?.({ kind: "built", program: name, version: recipe.version, seconds: clock.seconds });
}

/** Follows a build, and tells each second how far it is. */
class BuildClock implements BuildSteps {
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout;
  #work?: BuildState["work"];
  #workSince = Date.now();
  #compiled = 0;

  constructor(tell: (state: BuildState) => void) {
    tell(this.state);
    this.#timer = setInterval(() => tell(this.state), 1000);
  }

  get seconds(): number {
    return (Date.now() - this.#started) / 1000;
  }

  get state(): BuildState {
    const compiling = this.#work ? (Date.now() - this.#workSince) / 1000 : 0;
    return { work: this.#work, compiled: this.#compiled, compiling };
  }

  onWork(packages: { stale: number; all: number }): void {
    this.#work = packages;
    this.#workSince = Date.now();
  }

  onCompiled(count: number): void {
    this.#compiled = count;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/**
 * Empties Go's build cache only where the disk leaves no choice: it belongs to the user's other
 * work too.
 */
async function makeRoom(
  name: string,
  recipe: Recipe,
  options: ProvideOptions,
  log: Log,
): Promise<void> {
  const check = { what: `Building ${name}`, gigabytes: recipe.gigabytes, folders: options.caches };
  if (!shortOfDisk(check)) return;
  await runChild("go", ["clean", "-cache"], { log, signal: options.signal });
  options.onEvent?.({ kind: "pruned", program: name });
  refuseShortDisk(check);
}

function failure(program: string, error: ChildError, file: string): BuildError {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const tail = lines.slice(-15).map((line) => `  ${line}`);
  return new BuildError(
    [
      `${program} could not be built: ${error.message}`,
      ...tail,
      `Whole log: ${file}`,
      advice(lines.join("\n")),
    ].join("\n"),
  );
}

/** What to do, by what the log shows. */
function advice(log: string): string {
  if (/no space left on device/.test(log))
    return "The disk is full: free some space and run the same command again.";
  if (/signal: killed|cannot allocate memory/.test(log))
    return "Memory ran out: end other programs (4 GB free are enough) and run the same command again.";
  if (/dial tcp|i\/o timeout|TLS handshake|\b(4|5)\d\d [A-Z]/.test(log))
    return "A module could not be fetched: check the network and GOPROXY (`go env GOPROXY`) and run the same command again; what was fetched and compiled is kept.";
  return "Run the same command again: what was compiled is kept. If it ends at the same place, the log shows the cause.";
}
