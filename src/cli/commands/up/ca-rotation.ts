import { X509Certificate } from "node:crypto";
import { pasteLines } from "../../../config/notation";
import type { Issue } from "@heliograph/heliograph";
import {
  ConfigurationError,
  type EdgeContract,
  type HubContract,
} from "@heliograph/heliograph/model";
import { hubOf, type Project } from "../../project";
import { edgeOutput, hubOutput, type StackState } from "../../engine/state";
import type { Workspaces } from "../../engine/workspaces";

/**
 * A hub's CA is replaced in three changes, each brought up everywhere before the next one: the new
 * generation is trusted, then it signs, then the old one is dropped. An edge that missed a change
 * is rejected by the gateway, or rejects it.
 */
export interface Authority {
  readonly trusted: readonly number[];
  readonly signing: number;
}

type Phase =
  | { readonly kind: "add"; readonly generation: number; readonly beside: number }
  | { readonly kind: "re-issue"; readonly generation: number; readonly instead: number }
  | { readonly kind: "drop"; readonly generation: number };

/** What an edge got in its last update; undefined where that update did not record it. */
export interface ConnectedEdge {
  readonly stack: string;
  readonly trusts?: ReadonlySet<number>;
  /** Generation that signed its certificate. */
  readonly signedBy?: number | undefined;
}

/**
 * Each phase between two authorities; none where they are equal. Only one may be done at a time.
 */
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

/**
 * The first phase: an unneeded CA is dropped before a new one is added, so there are never three.
 */
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

/** Stacks of the edges that would lose their connection by a phase. */
function heldBackBy(phase: Phase, edges: readonly ConnectedEdge[]): string[] {
  const ready = ({ trusts, signedBy }: ConnectedEdge) => {
    if (phase.kind === "add") return true;
    if (phase.kind === "re-issue") return trusts?.has(phase.generation) ?? false;
    return signedBy !== undefined && signedBy !== phase.generation;
  };
  return edges.filter((edge) => !ready(edge)).map(({ stack }) => stack);
}

/**
 * The phase after this one: a CA that was added is to sign; one that no longer signs is dropped.
 */
function phaseAfter(phase: Phase): Phase | undefined {
  switch (phase.kind) {
    case "add":
      return { kind: "re-issue", generation: phase.generation, instead: phase.beside };
    case "re-issue":
      return { kind: "drop", generation: phase.instead };
    case "drop":
      return undefined;
  }
}

/** The phase that probably comes next, assuming that the new generation has the higher number. */
function likelyPhase({ trusted, signing }: Authority): Phase | undefined {
  const other = trusted.find((generation) => generation !== signing);
  if (other === undefined) return undefined;
  return other > signing
    ? { kind: "re-issue", generation: other, instead: signing }
    : { kind: "drop", generation: other };
}

function authorityAfter(phase: Phase, { trusted, signing }: Authority): Authority {
  switch (phase.kind) {
    case "add":
      return { trusted: [...trusted, phase.generation].sort((a, b) => a - b), signing };
    case "re-issue":
      return { trusted, signing: phase.generation };
    case "drop":
      return { trusted: trusted.filter((generation) => generation !== phase.generation), signing };
  }
}

/** What an update of a hub would change of its CA, and which edges have to be ready for it. */
interface Rotation {
  readonly hub: string;
  /** As deployed. */
  readonly before: Authority;
  /** As in the stack file. */
  readonly after: Authority;
  /**
   * Connected edges with a stack in this project, the hub's own included. Revoked ones do not
   * count.
   */
  readonly edges: readonly ConnectedEdge[];
  /** Connected edges of the inventory without a stack in this project: nothing is known of them. */
  readonly unseen: readonly string[];
}

/**
 * Lines that say which phase an update of the hub is, and what comes after it. Throws a
 * ConfigurationError where it is too early for that phase.
 */
export function describeRotation(rotation: Rotation): string[] {
  const { hub, before, after, edges } = rotation;
  const [phase, ...more] = phasesBetween(before, after);
  if (!phase) return underWay(rotation);
  const issues =
    more.length > 0 ? [tooMuch(rotation)] : heldBack(phase, heldBackBy(phase, edges), rotation);
  if (issues.length > 0) throw new ConfigurationError(`The CA of stack ${hub}`, issues);
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

/** The CA does not change in this update, but is being replaced: what the next phase waits for. */
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

function tooMuch({ hub, before, after }: Rotation): Issue {
  const changes = phasesBetween(before, after).map(
    ({ kind, generation }) => `${kind} ${generation}`,
  );
  const list = changes.join(", ");
  return {
    path: [`heliograph:hub.authority of stack ${hub}`],
    got: after,
    expected:
      "one change at a time, each brought up everywhere before the next; " +
      `these are ${changes.length}: ${list}. The first one is below`,
    lines: pasteLines(["hub", "authority"], firstStep(before, after)),
  };
}

function heldBack(phase: Phase, stacks: readonly string[], { hub, before }: Rotation): Issue[] {
  if (stacks.length === 0) return [];
  const signs = phase.kind === "re-issue";
  const list = stacks.join(", ");
  const current = signs ? before.signing : JSON.stringify(before.trusted);
  const why = signs
    ? `do not trust CA ${phase.generation} yet`
    : `still run with certificates of CA ${phase.generation}`;
  return [
    {
      path: [`heliograph:hub.authority.${signs ? "signing" : "trusted"} of stack ${hub}`],
      got: signs
        ? phase.generation
        : before.trusted.filter((generation) => generation !== phase.generation),
      expected: `${current} as before: since their last update these edges ${why}: ${list}`,
      lines: `# the edges first, then this change:\nnpm run up -- ${stacks.join(" ")}`,
    },
  ];
}

/** The authority of hubs whose outputs have none. */
const FIRST: Authority = { trusted: [1], signing: 1 };

/**
 * What an update of this hub changes of its CA, in lines. Throws where it is too early for the
 * change. Reads the state of edges only while a CA is being replaced: a hundred stacks take long.
 */
export async function inspectRotation(
  project: Project,
  workspaces: Pick<Workspaces, "states">,
  hub: string,
  state: StackState | undefined,
): Promise<string[]> {
  const after = project.settings(hub).hub?.authority;
  const contract = hubOutput(hub, state);
  if (!after || !contract) return [];
  const before = contract.authority ?? FIRST;
  if (phasesBetween(before, after).length === 0 && !likelyPhase(before)) return [];

  const stacks = project.stacks.filter((stack) => hubOf(project, stack) === hub);
  const states = new Map([...(await workspaces.states(stacks)), [hub, state]]);
  const outputs = [hub, ...stacks].flatMap((stack) => {
    const output = edgeOutput(stack, states.get(stack));
    return output ? [{ stack, output }] : [];
  });
  const here = new Set(outputs.map(({ output }) => output.name));
  const signed = Object.entries(contract.edges).filter(([, { state }]) => state === "signed");
  const counts = new Set(signed.map(([name]) => name));
  return describeRotation({
    hub,
    before,
    after,
    edges: outputs
      .filter(({ output }) => output.state === "connected" && counts.has(output.name))
      .map(({ stack, output }) => connectedEdge(stack, output, before, contract)),
    unseen: [...counts].filter((name) => !here.has(name)),
  });
}

function connectedEdge(
  stack: string,
  { runsWith }: EdgeContract,
  { trusted }: Authority,
  { trustBundle }: HubContract,
): ConnectedEdge {
  if (!runsWith) return { stack };
  // The bundle starts with the CAs of the generations, in their order.
  const cas = trusted.map((generation, index) => ({
    generation,
    ca: new X509Certificate(trustBundle[index] ?? ""),
  }));
  const fingerprints = new Set(
    runsWith.trustBundle.map((pem) => new X509Certificate(pem).fingerprint256),
  );
  const certificate = new X509Certificate(runsWith.certificate);
  return {
    stack,
    trusts: new Set(
      cas
        .filter(({ ca }) => fingerprints.has(ca.fingerprint256))
        .map(({ generation }) => generation),
    ),
    signedBy: cas.find(({ ca }) => certificate.verify(ca.publicKey))?.generation,
  };
}
