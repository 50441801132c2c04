import { pasteLines } from "../../../../config/explain";
import { ConfigurationError, type Problem } from "../../../../../components/kit/problems";
import {
  authorityAfter,
  firstStep,
  heldBackBy,
  likelyPhase,
  phaseAfter,
  phasesBetween,
  type Authority,
  type ConnectedEdge,
  type Phase,
} from "./phase";

/** What an update of a hub would change of its CA, and who has to be ready for it. */
export interface Rotation {
  readonly hub: string;
  /** As it is deployed. */
  readonly before: Authority;
  /** As the stack file has it. */
  readonly after: Authority;
  /** Connected edges that have a stack here, the hub's own included. Revoked ones hold nothing back. */
  readonly edges: readonly ConnectedEdge[];
  /** Edges of the inventory that are connected from stacks elsewhere: nothing is known of them. */
  readonly unseen: readonly string[];
}

/** Says what phase an update of the hub is and what comes after it; throws a ConfigurationError where it is not its turn. */
export function describeRotation(rotation: Rotation): string[] {
  const { hub, before, after, edges } = rotation;
  const [phase, ...more] = phasesBetween(before, after);
  if (!phase) return underWay(rotation);
  const problems =
    more.length > 0 ? [tooMuch(rotation)] : heldBack(phase, heldBackBy(phase, edges), rotation);
  if (problems.length > 0) throw new ConfigurationError(`The CA of stack ${hub}`, problems);
  return [
    `CA, ${TITLES[phase.kind]}: ${effectOf(phase)}`,
    ...unseenLines(phase, rotation),
    nextLine(phaseAfter(phase), after),
  ];
}

const TITLES: Readonly<Record<Phase["kind"], string>> = {
  add: "phase 1 of 3, add",
  "re-issue": "phase 2 of 3, re-issue",
  drop: "phase 3 of 3, drop",
};

function effectOf(phase: Phase): string {
  switch (phase.kind) {
    case "add":
      return `CA ${phase.generation} is made and trusted; CA ${phase.beside} goes on signing`;
    case "re-issue":
      return `gateway and edges get certificates of CA ${phase.generation}; CA ${phase.instead} stays trusted`;
    case "drop":
      return `CA ${phase.generation} is deleted with its key; its certificates are refused from now on`;
  }
}

/** Nothing changes, but a CA is being replaced: says what keeps the next phase from being done. */
function underWay({ before, edges }: Rotation): string[] {
  const next = likelyPhase(before);
  if (!next) return [];
  const waiting = heldBackBy(next, edges);
  if (waiting.length === 0) return [nextLine(next, before)];
  return [`CA, before ${TITLES[next.kind]}: npm run up -- ${waiting.join(" ")}`];
}

function nextLine(next: Phase | undefined, authority: Authority): string {
  if (!next) return "CA: that was the last phase";
  const { trusted, signing } = authorityAfter(next, authority);
  const line = `authority: { trusted: [${trusted.join(", ")}], signing: ${signing} }`;
  return `CA, next and only when every edge has been brought up: ${line}`;
}

function unseenLines(phase: Phase, { unseen }: Rotation): string[] {
  if (phase.kind === "add" || unseen.length === 0) return [];
  const needs =
    phase.kind === "drop" ? "run with another certificate" : `trust CA ${phase.generation}`;
  return [
    `CA: ${unseen.join(", ")} cannot be seen from here; until they ${needs} they are refused, and queue`,
  ];
}

function tooMuch({ hub, before, after }: Rotation): Problem {
  const steps = phasesBetween(before, after).map(({ kind, generation }) => `${kind} ${generation}`);
  return {
    path: `heliograph:hub.authority of stack ${hub}`,
    got: after,
    expected: `one change at a time, each brought up everywhere before the next; these are ${steps.length}: ${steps.join(", ")}. The first one is below`,
    paste: pasteLines(["hub", "authority"], firstStep(before, after)),
  };
}

function heldBack(phase: Phase, stacks: readonly string[], { hub, before }: Rotation): Problem[] {
  if (stacks.length === 0) return [];
  const signs = phase.kind === "re-issue";
  const why = signs
    ? `do not trust CA ${phase.generation} yet`
    : `still run with certificates of CA ${phase.generation}`;
  return [
    {
      path: `heliograph:hub.authority.${signs ? "signing" : "trusted"} of stack ${hub}`,
      got: signs
        ? phase.generation
        : before.trusted.filter((generation) => generation !== phase.generation),
      expected: `${signs ? before.signing : JSON.stringify(before.trusted)} as before: by their last update these edges ${why}: ${stacks.join(", ")}`,
      paste: `# the edges first, then this change:\nnpm run up -- ${stacks.join(" ")}`,
    },
  ];
}
