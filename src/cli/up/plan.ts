/**
 * In which order stacks are brought up. An edge is born in three updates: its own, which makes its key and a request; the hub's, which signs; its own
 * again, which connects. Pure: what is to be done next follows from what the stack files and the stacks' outputs say, so a run that was interrupted
 * goes on where it stopped, and what is there already is not done again.
 */

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
  /** Whether that request has reached the hub's configuration. */
  readonly handedOver: boolean;
  /** Whether the hub has put out a certificate for it. */
  readonly signed: boolean;
}

export interface World {
  /** Hubs that were asked for; those that have to sign come in by themselves. */
  readonly hubs: readonly string[];
  readonly edges: readonly EdgeStanding[];
}

export type Pass =
  | { readonly kind: "ask"; readonly stacks: readonly string[] }
  | { readonly kind: "hand over"; readonly hub: string; readonly requests: Readonly<Record<string, string>> }
  | { readonly kind: "hub"; readonly stacks: readonly [string]; readonly signs: readonly string[] }
  | { readonly kind: "edges"; readonly environment: string; readonly stacks: readonly string[] };

/** In which order environments go; those that are not known here, just before production. */
const WAVES: readonly string[] = ["dev", "stg", "(others)", "prd"];

/** The next thing to do, given which stacks have had their last update of this run; undefined at the end. */
export function nextPass({ hubs, edges }: World, finished: ReadonlySet<string>): Pass | undefined {
  const waiting = edges.filter(({ stack }) => !finished.has(stack));
  return askAll(waiting) ?? handOver(waiting) ?? bringUpHub(hubs, waiting, finished) ?? bringUpWave(waiting);
}

/**
 * Everybody who has to ask does so first, so that a hub signs for all at once. That includes edges that run and get a new key, ahead of their wave:
 * until their new request is there, their hub refuses to be brought up with the former one.
 */
function askAll(waiting: readonly EdgeStanding[]): Pass | undefined {
  const silent = waiting.filter((edge) => canBeSigned(edge) && edge.request === undefined);
  return silent.length === 0 ? undefined : { kind: "ask", stacks: silent.map(({ stack }) => stack) };
}

function handOver(waiting: readonly EdgeStanding[]): Pass | undefined {
  const ready = waiting.filter((edge) => canBeSigned(edge) && edge.request !== undefined && !edge.handedOver);
  const hub = ready[0]?.hub;
  if (hub === undefined) return undefined;
  const requests = ready.filter((edge) => edge.hub === hub).map(({ edge, request = "" }) => [edge, request] as const);
  return { kind: "hand over", hub, requests: Object.fromEntries(requests) };
}

function bringUpHub(hubs: readonly string[], waiting: readonly EdgeStanding[], finished: ReadonlySet<string>) {
  const unsigned = waiting.filter((edge) => canBeSigned(edge) && !edge.signed);
  const needed = [...hubs, ...unsigned.flatMap(({ hub }) => hub ?? [])];
  const stack = needed.find((hub) => !finished.has(hub));
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

function canBeSigned({ hub, admitted }: EdgeStanding): boolean {
  return hub !== undefined && admitted;
}

export function compareWaves(a: string, b: string): number {
  const rank = (environment: string) => WAVES.indexOf(WAVES.includes(environment) ? environment : "(others)");
  return rank(a) - rank(b) || (a < b ? -1 : Number(a > b));
}

/** Which stacks are finished once a pass is done. */
export function finishedAfter(pass: Pass, finished: ReadonlySet<string>): ReadonlySet<string> {
  return pass.kind === "hub" || pass.kind === "edges" ? new Set([...finished, ...pass.stacks]) : finished;
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
        return edge.hub === pass.hub && edge.edge in pass.requests ? { ...edge, handedOver: true } : edge;
      case "hub":
        return edge.hub === pass.stacks[0] && edge.handedOver ? { ...edge, signed: edge.admitted } : edge;
      case "edges":
        return edge;
    }
  };
  return { ...world, edges: world.edges.map(change) };
}

/** All passes, as far as they can be foreseen. */
export function foresee(world: World): Pass[] {
  const passes: Pass[] = [];
  let finished: ReadonlySet<string> = new Set();
  for (let pass = nextPass(world, finished); pass; pass = nextPass(world, finished)) {
    passes.push(pass);
    finished = finishedAfter(pass, finished);
    world = worldAfter(pass, world);
  }
  return passes;
}
