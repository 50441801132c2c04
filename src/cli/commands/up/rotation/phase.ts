/**
 * A CA is replaced in three changes, each brought up everywhere before the next one: the new generation is trusted, then it signs, then the old one is
 * dropped. Whoever has one certificate less than the others at any moment is refused. Pure: phases follow from two states of `authority`.
 */
export interface Authority {
  readonly trusted: readonly number[];
  readonly signing: number;
}

export type Phase =
  | { readonly kind: "add"; readonly generation: number; readonly beside: number }
  | { readonly kind: "re-issue"; readonly generation: number; readonly instead: number }
  | { readonly kind: "drop"; readonly generation: number };

/** What an edge was given in its last update; undefined where that update did not say. */
export interface ConnectedEdge {
  readonly stack: string;
  readonly trusts?: ReadonlySet<number>;
  /** Generation that signed its certificate. */
  readonly signedBy?: number | undefined;
}

/** Each step from one authority to another; none where they are the same, and one is what may be done at a time. */
export function phasesBetween(before: Authority, after: Authority): Phase[] {
  const added = after.trusted.filter((generation) => !before.trusted.includes(generation));
  const dropped = before.trusted.filter((generation) => !after.trusted.includes(generation));
  const signs = after.signing !== before.signing;
  return [
    ...added.map((generation) => ({ kind: "add", generation, beside: before.signing }) as const),
    ...(signs
      ? [{ kind: "re-issue", generation: after.signing, instead: before.signing } as const]
      : []),
    ...dropped.map((generation) => ({ kind: "drop", generation }) as const),
  ];
}

/** The first step on the way: what nobody needs goes before anything new comes, so that two are enough. */
export function firstStep(before: Authority, after: Authority): Authority {
  const needed = before.trusted.filter((each) => each === before.signing || each === after.signing);
  if (needed.length < before.trusted.length) return { trusted: needed, signing: before.signing };
  if (before.trusted.includes(after.signing) && before.signing !== after.signing)
    return { trusted: before.trusted, signing: after.signing };
  const missing = before.trusted.includes(after.signing)
    ? after.trusted.filter((each) => !before.trusted.includes(each))
    : [after.signing];
  return {
    trusted: [...before.trusted, ...missing].sort((a, b) => a - b),
    signing: before.signing,
  };
}

/** Stacks of the edges that a phase would shut out. */
export function heldBackBy(phase: Phase, edges: readonly ConnectedEdge[]): string[] {
  const ready = ({ trusts, signedBy }: ConnectedEdge) => {
    if (phase.kind === "add") return true;
    if (phase.kind === "re-issue") return trusts?.has(phase.generation) ?? false;
    return signedBy !== undefined && signedBy !== phase.generation;
  };
  return edges.filter((edge) => !ready(edge)).map(({ stack }) => stack);
}

/** What follows a phase: who has been added is to sign, who does not sign any more is to go. */
export function phaseAfter(phase: Phase): Phase | undefined {
  switch (phase.kind) {
    case "add":
      return { kind: "re-issue", generation: phase.generation, instead: phase.beside };
    case "re-issue":
      return { kind: "drop", generation: phase.instead };
    case "drop":
      return undefined;
  }
}

/** The phase that comes next where nobody says what is meant: a new generation has the higher number, as a rule. */
export function likelyPhase({ trusted, signing }: Authority): Phase | undefined {
  const other = trusted.find((generation) => generation !== signing);
  if (other === undefined) return undefined;
  return other > signing
    ? { kind: "re-issue", generation: other, instead: signing }
    : { kind: "drop", generation: other };
}

export function authorityAfter(phase: Phase, { trusted, signing }: Authority): Authority {
  switch (phase.kind) {
    case "add":
      return { trusted: [...trusted, phase.generation].sort((a, b) => a - b), signing };
    case "re-issue":
      return { trusted, signing: phase.generation };
    case "drop":
      return { trusted: trusted.filter((generation) => generation !== phase.generation), signing };
  }
}
