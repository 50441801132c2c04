/**
 * The order in which stacks are brought up. A new edge needs three updates: its own, which makes a
 * key and a certificate request; its hub's, which signs; and its own again, which connects. Edges
 * are updated in waves, by environment. A wave that fails its verification stops the waves after
 * it.
 *
 * Pure: the next pass follows from the stack files and the stacks' outputs alone. An interrupted
 * run therefore continues where it stopped, and repeats nothing.
 */

import type { QueryEndpoints } from "./requests";

/** An edge whose stack is to be brought up, and how far it has come. */
export interface EdgeConnection {
  readonly stack: string;
  /** Its name in the inventory. */
  readonly edge: string;
  /** The stack of its hub; undefined where the hub is not one of this project's stacks. */
  readonly hub: string | undefined;
  /** Environments are updated one after another, the edges of one environment in parallel. */
  readonly environment: string;
  /** Whether the hub would sign for it: it is in the inventory and not revoked. */
  readonly admitted: boolean;
  /** The certificate request in its stack's outputs, if it was made for the current key. */
  readonly request: string | undefined;
  /** Host and port at which the hub queries it; undefined for an edge that sends its metrics. */
  readonly query?: string | undefined;
  /** Whether the hub's stack file has both the request and the query endpoint. */
  readonly requestCopied: boolean;
  /** Whether the hub's outputs have a certificate for the current request. */
  readonly signed: boolean;
}

export interface World {
  /** Hubs that the user named. Hubs that have to sign are added by the plan. */
  readonly hubs: readonly string[];
  readonly edges: readonly EdgeConnection[];
  /** Whether each wave is verified before the next one starts. Defaults to false. */
  readonly verifies?: boolean;
}

export type Pass =
  | { readonly kind: "ask"; readonly stacks: readonly string[] }
  | {
      readonly kind: "copy requests";
      readonly hub: string;
      readonly requests: Readonly<Record<string, string>>;
      readonly endpoints: QueryEndpoints;
    }
  | { readonly kind: "hub"; readonly stacks: readonly [string]; readonly signs: readonly string[] }
  | { readonly kind: "edges"; readonly environment: string; readonly stacks: readonly string[] }
  /** Verifies a wave. `edges`: their names in the inventory. */
  | {
      readonly kind: "verify";
      readonly environment: string;
      readonly stacks: readonly string[];
      readonly edges: readonly string[];
    };

export type UpdatePass = Extract<Pass, { kind: "ask" | "hub" | "edges" }>;

/** Stacks that this run has finished with. */
interface Finished {
  /** Stacks that have had their last update. */
  readonly updated: ReadonlySet<string>;
  readonly verified: ReadonlySet<string>;
}

export const NOTHING_FINISHED: Finished = { updated: new Set(), verified: new Set() };

/** The order of environments. An environment that is not in the list comes before production. */
export const WAVES: readonly string[] = ["dev", "stg", "(others)", "prd"];

/** The next pass, given what this run has finished; undefined at the end. */
export function nextPass({ hubs, edges, verifies }: World, finished: Finished): Pass | undefined {
  const waiting = edges.filter(({ stack }) => !finished.updated.has(stack));
  return (
    askAll(waiting) ??
    copyRequests(waiting) ??
    bringUpHub(hubs, waiting, finished.updated) ??
    (verifies ? verifyWave(edges, finished) : undefined) ??
    bringUpWave(waiting)
  );
}

/**
 * All edges without a request ask first, so that the hub signs for all of them at once. That
 * includes running edges that get a new key, ahead of their wave: the hub rejects the request of
 * the old key, and so cannot be updated until the new one is there.
 */
function askAll(waiting: readonly EdgeConnection[]): Pass | undefined {
  const silent = waiting.filter((edge) => canBeSigned(edge) && edge.request === undefined);
  return silent.length === 0
    ? undefined
    : { kind: "ask", stacks: silent.map(({ stack }) => stack) };
}

function copyRequests(waiting: readonly EdgeConnection[]): Pass | undefined {
  const ready = waiting.filter(
    (edge) => canBeSigned(edge) && edge.request !== undefined && !edge.requestCopied,
  );
  const hub = ready[0]?.hub;
  if (hub === undefined) return undefined;
  const here = ready.filter((edge) => edge.hub === hub);
  const requests = Object.fromEntries(here.map(({ edge, request = "" }) => [edge, request]));
  return {
    kind: "copy requests",
    hub,
    requests,
    endpoints: Object.fromEntries(here.map(({ edge, query }) => [edge, query])),
  };
}

function bringUpHub(
  hubs: readonly string[],
  waiting: readonly EdgeConnection[],
  updated: ReadonlySet<string>,
) {
  const unsigned = waiting.filter((edge) => canBeSigned(edge) && !edge.signed);
  const needed = [...hubs, ...unsigned.flatMap(({ hub }) => hub ?? [])];
  const stack = needed.find((hub) => !updated.has(hub));
  if (stack === undefined) return undefined;
  const signs = unsigned.filter(({ hub }) => hub === stack).map(({ edge }) => edge);
  return { kind: "hub", stacks: [stack], signs } satisfies Pass;
}

function bringUpWave(waiting: readonly EdgeConnection[]): Pass | undefined {
  const [first] = [...waiting].sort((a, b) => compareWaves(a.environment, b.environment));
  if (!first) return undefined;
  const { environment } = first;
  const wave = waiting.filter((edge) => edge.environment === environment);
  return { kind: "edges", environment, stacks: wave.map(({ stack }) => stack) };
}

/** An edge that no hub of this project admits sends nothing that could be verified. */
function verifyWave(
  edges: readonly EdgeConnection[],
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

function canBeSigned({ hub, admitted }: EdgeConnection): boolean {
  return hub !== undefined && admitted;
}

export function compareWaves(a: string, b: string): number {
  const rank = (environment: string) =>
    WAVES.indexOf(WAVES.includes(environment) ? environment : "(others)");
  return rank(a) - rank(b) || (a < b ? -1 : Number(a > b));
}

/** What this run has finished once a pass is done. */
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

/** The world after a pass that succeeded. */
export function worldAfter(pass: Pass, world: World): World {
  const change = (edge: EdgeConnection): EdgeConnection => {
    switch (pass.kind) {
      case "ask":
        return pass.stacks.includes(edge.stack)
          ? { ...edge, request: `request of ${edge.edge}`, signed: false, requestCopied: false }
          : edge;
      case "copy requests":
        return edge.hub === pass.hub && edge.edge in pass.requests
          ? { ...edge, requestCopied: true }
          : edge;
      case "hub":
        return edge.hub === pass.stacks[0] && edge.requestCopied
          ? { ...edge, signed: edge.admitted }
          : edge;
      case "edges":
      case "verify":
        return edge;
    }
  };
  return { ...world, edges: world.edges.map(change) };
}

/** All passes from here to the end, if each one succeeds. */
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
