/**
 * In which order stacks are brought up. An edge is born in three updates: its own, which makes its key and a request; the hub's, which signs; its own
 * again, which connects. Edges go in waves, by environment, and a wave that is not well stops those after it. Pure: what is to be done next follows
 * from what the stack files and the stacks' outputs say, so a run that was interrupted goes on where it stopped, and what is there already is not
 * done again.
 */

import type { QueryEndpoints } from "./requests";

/** An edge whose stack is to be brought up. */
export interface EdgeStanding {
  readonly stack: string;
  /** Its name in the inventory. */
  readonly edge: string;
  /** The stack of its hub; undefined where the hub is not one of this project's stacks. */
  readonly hub: string | undefined;
  /** Environments follow each other, edges of one environment go side by side. */
  readonly environment: string;
  /** Whether the hub would sign for it: it is in the inventory and not revoked. */
  readonly admitted: boolean;
  /** The request that its stack put out for its present key. */
  readonly request: string | undefined;
  /** Host and port at which the hub is to query it in place; undefined where it sends its metrics. */
  readonly query?: string | undefined;
  /** Whether both have reached the hub's configuration. */
  readonly handedOver: boolean;
  /** Whether the hub has put out a certificate for it. */
  readonly signed: boolean;
}

export interface World {
  /** Hubs that were asked for; those that have to sign come in by themselves. */
  readonly hubs: readonly string[];
  readonly edges: readonly EdgeStanding[];
  /** Whether each wave is verified before the next one begins; left out, it is not. */
  readonly verifies?: boolean;
}

export type Pass =
  | { readonly kind: "ask"; readonly stacks: readonly string[] }
  | {
      readonly kind: "hand over";
      readonly hub: string;
      readonly requests: Readonly<Record<string, string>>;
      readonly endpoints: QueryEndpoints;
    }
  | { readonly kind: "hub"; readonly stacks: readonly [string]; readonly signs: readonly string[] }
  | { readonly kind: "edges"; readonly environment: string; readonly stacks: readonly string[] }
  /** The gate behind a wave. `edges`: their names in the inventory. */
  | {
      readonly kind: "verify";
      readonly environment: string;
      readonly stacks: readonly string[];
      readonly edges: readonly string[];
    };

export type UpdatePass = Extract<Pass, { kind: "ask" | "hub" | "edges" }>;

/** Stacks that are behind us in this run. */
export interface Finished {
  /** Those that have had their last update. */
  readonly updated: ReadonlySet<string>;
  readonly verified: ReadonlySet<string>;
}

export const NOTHING_FINISHED: Finished = { updated: new Set(), verified: new Set() };

/** In which order environments go; those that are not known here, just before production. */
export const WAVES: readonly string[] = ["dev", "stg", "(others)", "prd"];

/** The next thing to do, given what is behind us in this run; undefined at the end. */
export function nextPass({ hubs, edges, verifies }: World, finished: Finished): Pass | undefined {
  const waiting = edges.filter(({ stack }) => !finished.updated.has(stack));
  return (
    askAll(waiting) ??
    handOver(waiting) ??
    bringUpHub(hubs, waiting, finished.updated) ??
    (verifies ? verifyWave(edges, finished) : undefined) ??
    bringUpWave(waiting)
  );
}

/**
 * Everybody who has to ask does so first, so that a hub signs for all at once. That includes edges that run and get a new key, ahead of their wave:
 * until their new request is there, their hub refuses to be brought up with the former one.
 */
function askAll(waiting: readonly EdgeStanding[]): Pass | undefined {
  const silent = waiting.filter((edge) => canBeSigned(edge) && edge.request === undefined);
  return silent.length === 0
    ? undefined
    : { kind: "ask", stacks: silent.map(({ stack }) => stack) };
}

function handOver(waiting: readonly EdgeStanding[]): Pass | undefined {
  const ready = waiting.filter(
    (edge) => canBeSigned(edge) && edge.request !== undefined && !edge.handedOver,
  );
  const hub = ready[0]?.hub;
  if (hub === undefined) return undefined;
  const here = ready.filter((edge) => edge.hub === hub);
  const requests = Object.fromEntries(here.map(({ edge, request = "" }) => [edge, request]));
  return {
    kind: "hand over",
    hub,
    requests,
    endpoints: Object.fromEntries(here.map(({ edge, query }) => [edge, query])),
  };
}

function bringUpHub(
  hubs: readonly string[],
  waiting: readonly EdgeStanding[],
  updated: ReadonlySet<string>,
) {
  const unsigned = waiting.filter((edge) => canBeSigned(edge) && !edge.signed);
  const needed = [...hubs, ...unsigned.flatMap(({ hub }) => hub ?? [])];
  const stack = needed.find((hub) => !updated.has(hub));
  if (stack === undefined) return undefined;
  const signs = unsigned.filter(({ hub }) => hub === stack).map(({ edge }) => edge);
  return { kind: "hub", stacks: [stack], signs } satisfies Pass;
}

function bringUpWave(waiting: readonly EdgeStanding[]): Pass | undefined {
  const [first] = [...waiting].sort((a, b) => compareWaves(a.environment, b.environment));
  if (!first) return undefined;
  const { environment } = first;
  const wave = waiting.filter((edge) => edge.environment === environment);
  return { kind: "edges", environment, stacks: wave.map(({ stack }) => stack) };
}

/** An edge that no hub of ours lets in sends nothing that could be verified. */
function verifyWave(
  edges: readonly EdgeStanding[],
  { updated, verified }: Finished,
): Pass | undefined {
  const owed = edges.filter(
    (edge) => canBeSigned(edge) && updated.has(edge.stack) && !verified.has(edge.stack),
  );
  const [first] = owed;
  if (!first) return undefined;
  const { environment } = first;
  const wave = owed.filter((edge) => edge.environment === environment);
  return {
    kind: "verify",
    environment,
    stacks: wave.map(({ stack }) => stack),
    edges: wave.map(({ edge }) => edge),
  };
}

function canBeSigned({ hub, admitted }: EdgeStanding): boolean {
  return hub !== undefined && admitted;
}

export function compareWaves(a: string, b: string): number {
  const rank = (environment: string) =>
    WAVES.indexOf(WAVES.includes(environment) ? environment : "(others)");
  return rank(a) - rank(b) || (a < b ? -1 : Number(a > b));
}

/** What is behind us once a pass is done. */
export function finishedAfter(pass: Pass, { updated, verified }: Finished): Finished {
  switch (pass.kind) {
    case "hub":
    case "edges":
      return { updated: new Set([...updated, ...pass.stacks]), verified };
    case "verify":
      return { updated, verified: new Set([...verified, ...pass.stacks]) };
    default:
      return { updated, verified };
  }
}

/** What the world will look like after a pass, if all goes well. */
export function worldAfter(pass: Pass, world: World): World {
  const change = (edge: EdgeStanding): EdgeStanding => {
    switch (pass.kind) {
      case "ask":
        return pass.stacks.includes(edge.stack)
          ? { ...edge, request: `request of ${edge.edge}`, signed: false, handedOver: false }
          : edge;
      case "hand over":
        return edge.hub === pass.hub && edge.edge in pass.requests
          ? { ...edge, handedOver: true }
          : edge;
      case "hub":
        return edge.hub === pass.stacks[0] && edge.handedOver
          ? { ...edge, signed: edge.admitted }
          : edge;
      case "edges":
      case "verify":
        return edge;
    }
  };
  return { ...world, edges: world.edges.map(change) };
}

/** All passes, as far as they can be foreseen. */
export function foresee(world: World): Pass[] {
  const passes: Pass[] = [];
  let finished = NOTHING_FINISHED;
  for (let pass = nextPass(world, finished); pass; pass = nextPass(world, finished)) {
    passes.push(pass);
    finished = finishedAfter(pass, finished);
    world = worldAfter(pass, world);
  }
  return passes;
}
