/** A change that leaves data behind or loses it. */
export interface Stranding {
  /** Its name in `acceptStranding`. */
  readonly key: string;
  /** Section whose `acceptStranding` takes it. */
  readonly section: "hub" | "edge";
  readonly was: string;
  readonly asked: string;
  /** What would be lost, for whom. */
  readonly lost: string;
  /** How it is done properly, step by step. */
  readonly instead: readonly string[];
}

/** A value that is known on both sides, and not the same. */
export function moved(
  key: string,
  section: Stranding["section"],
  was: string | undefined,
  asked: string | undefined,
  what: Pick<Stranding, "lost" | "instead">,
): Stranding[] {
  if (was === undefined || asked === undefined || was === asked) return [];
  return [{ key, section, was: was || "none", asked: asked || "none", ...what }];
}
