import type { BuildEvent } from "./builds.js";
import type { Recipe } from "./programs.js";

/** How far a build is. */
export interface BuildState {
  /**
   * Packages to compile, as known once the modules are there; the others are in Go's build cache.
   */
  work?: { stale: number; all: number };
  compiled: number;
  /** Seconds since the first package. */
  compiling: number;
}

/** The part of a build that no cache saves. */
const linking = 0.05;

/**
 * What builds still take: typical times, less what Go's cache has, at the pace of this machine so
 * far.
 */
export class Estimate {
  #typical = 0;
  #spent = 0;
  #left: readonly Recipe[];

  constructor(recipes: readonly Recipe[]) {
    this.#left = recipes;
  }

  /** Estimated seconds: of the program in work, and of all that are not built yet. */
  remaining(recipe: Recipe, state: BuildState): { program: number; all: number } {
    const { work, compiled, compiling } = state;
    const pace = this.#pace();
    const later = this.#left
      .filter((other) => other !== recipe)
      .reduce((sum, { seconds }) => sum + seconds, 0);
    const measured = work && compiled > work.stale / 10;
    const program = measured
      ? (compiling * (work.stale - compiled)) / compiled + recipe.seconds * linking * pace
      : Math.max(recipe.seconds * share(work) * pace - compiling, 0);
    return { program, all: program + later * pace };
  }

  finished(recipe: Recipe, { work, compiling }: BuildState): void {
    this.#left = this.#left.filter((other) => other !== recipe);
    // A build out of Go's cache says little of the machine.
    if (share(work) < 0.2) return;
    this.#typical += recipe.seconds * share(work);
    this.#spent += compiling;
  }

  /** Seconds here for one typical second. */
  #pace(): number {
    return this.#typical > 0 ? this.#spent / this.#typical : 1;
  }
}

function share(work: BuildState["work"]): number {
  return work ? linking + (1 - linking) * (work.stale / Math.max(work.all, 1)) : 1;
}

/** An event as one line for people. */
export function describeBuild(event: BuildEvent): string {
  const { program } = event;
  switch (event.kind) {
    case "present":
      return `${program} ${event.version}: ${event.source}`;
    case "waiting":
      return `${program}: another run builds it, waiting for that`;
    case "pruned":
      return `${program}: the disk is short, so Go's build cache was emptied`;
    case "building":
      return `${program}: ${stage(event.state)}, about ${left(event.remaining)}`;
    case "built":
      return `${program} ${event.version}: built in ${duration(event.seconds)}`;
  }
}

function stage({ work, compiled }: BuildState): string {
  if (!work) return "getting its modules";
  return compiled < work.stale ? `${compiled} of ${work.stale} packages compiled` : "linking";
}

function left({ program, all }: { program: number; all: number }): string {
  const both = all > program ? `, ${duration(all)} with all that follow` : "";
  return `${duration(program)} left${both}`;
}

/** `45 s`, `3 min 20 s`, `12 min`: as precise as it is worth. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes < 10 && rest > 0 ? `${minutes} min ${rest} s` : `${Math.round(whole / 60)} min`;
}
