/**
 * Proves: whatever state stacks are in, the passes bring every edge to its end, in waves, and do
 * nothing twice. Does not prove: that stacks behave as the model here says; the lab does.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareWaves,
  finishedAfter,
  foresee,
  nextPass,
  NOTHING_FINISHED,
  worldAfter,
  type EdgeConnection,
  type Pass,
  type World,
} from "../../../src/cli/commands/up/plan";

const fresh: Omit<EdgeConnection, "stack" | "edge" | "environment"> = {
  hub: "ops",
  admitted: true,
  request: undefined,
  requestCopied: false,
  signed: false,
};
const edge = (name: string, more: Partial<EdgeConnection> = {}): EdgeConnection => ({
  ...fresh,
  stack: name,
  edge: name,
  environment: name,
  ...more,
});
const asked = { request: "request" };
const signed = { ...asked, requestCopied: true, signed: true };

function shown(passes: readonly Pass[]): string[] {
  return passes.map((pass) =>
    pass.kind === "copy requests"
      ? `hand over ${Object.keys(pass.requests).join(" ")}`
      : `${pass.kind} ${pass.stacks.join(" ")}`,
  );
}

describe("foresee", () => {
  it("brings up new edges in three updates, and the hub once", () => {
    const edges = [edge("prd"), edge("dev"), edge("stg")];
    expect(shown(foresee({ hubs: ["ops"], edges }))).toEqual([
      "ask prd dev stg",
      "hand over prd dev stg",
      "hub ops",
      "edges dev",
      "edges stg",
      "edges prd",
    ]);
  });

  it("updates each stack once where everything is connected", () => {
    const edges = ["dev", "prd"].map((name) => edge(name, signed));
    expect(shown(foresee({ hubs: ["ops"], edges }))).toEqual(["hub ops", "edges dev", "edges prd"]);
  });

  it("leaves the hub alone where only a connected edge was named", () => {
    expect(shown(foresee({ hubs: [], edges: [edge("dev", signed)] }))).toEqual(["edges dev"]);
  });

  it("brings in the hub where it has to sign", () => {
    expect(shown(foresee({ hubs: [], edges: [edge("dev", asked)] }))).toEqual([
      "hand over dev",
      "hub ops",
      "edges dev",
    ]);
  });

  it("goes on where a run stopped after the requests had been written", () => {
    const edges = [edge("dev", { ...asked, requestCopied: true })];
    expect(shown(foresee({ hubs: [], edges }))).toEqual(["hub ops", "edges dev"]);
  });

  it("takes the request for a new key to the hub before it brings the hub up", () => {
    const edges = [edge("dev", signed), edge("prd")];
    expect(shown(foresee({ hubs: ["ops"], edges }))).toEqual([
      "ask prd",
      "hand over prd",
      "hub ops",
      "edges dev",
      "edges prd",
    ]);
  });

  it("brings up edges that nobody would sign for as they are", () => {
    const edges = [edge("dev", { admitted: false }), edge("stg", { hub: undefined })];
    expect(shown(foresee({ hubs: [], edges }))).toEqual(["edges dev", "edges stg"]);
  });

  it("puts edges of one environment side by side", () => {
    const edges = [
      edge("dev-1", { ...signed, environment: "dev" }),
      edge("dev-2", { ...signed, environment: "dev" }),
    ];
    expect(shown(foresee({ hubs: [], edges }))).toEqual(["edges dev-1 dev-2"]);
  });
});

describe("the gates", () => {
  const edges = [
    edge("prd", signed),
    edge("dev-1", { ...signed, environment: "dev" }),
    edge("dev-2", signed),
  ];

  it("are behind each wave, for its edges alone", () => {
    const world = {
      hubs: ["ops"],
      edges: [...edges, edge("dev-3", { environment: "dev" })],
      verifies: true,
    };
    expect(shown(foresee(world))).toEqual([
      "ask dev-3",
      "hand over dev-3",
      "hub ops",
      "edges dev-1 dev-3",
      "verify dev-1 dev-3",
      "edges dev-2",
      "verify dev-2",
      "edges prd",
      "verify prd",
    ]);
  });

  it("ask nothing of edges that no hub of ours lets in, nor of hubs alone", () => {
    const outside = [edge("dev", { admitted: false }), edge("stg", { hub: undefined })];
    expect(shown(foresee({ hubs: ["ops"], edges: outside, verifies: true }))).toEqual([
      "hub ops",
      "edges dev",
      "edges stg",
    ]);
  });

  it("name edges as the inventory does", () => {
    const [, gate] = foresee({
      hubs: [],
      edges: [edge("stack", { ...signed, edge: "name" })],
      verifies: true,
    });
    expect(gate).toEqual({
      kind: "verify",
      environment: "stack",
      stacks: ["stack"],
      edges: ["name"],
    });
  });
});

describe("compareWaves", () => {
  it("puts production last and unknown environments before it", () => {
    expect(["prd", "lab", "stg", "acc", "dev"].sort(compareWaves)).toEqual([
      "dev",
      "stg",
      "acc",
      "lab",
      "prd",
    ]);
  });
});

/** A stack is one of the two: no edge of these worlds has a hyphen in its name. */
const hubs = ["ops-1", "ops-2"];
const knownEdge = fc
  .record({
    name: fc.stringMatching(/^[a-z]{1,6}$/),
    environment: fc.constantFrom("dev", "stg", "prd", "acc"),
    hub: fc.constantFrom(...hubs, undefined),
    admitted: fc.boolean(),
    state: fc.constantFrom({}, asked, { ...asked, requestCopied: true }, signed),
  })
  .map(({ name, state, ...rest }) => edge(name, { ...rest, ...state }));
const worlds = fc.record({
  hubs: fc.subarray(hubs),
  edges: fc.uniqueArray(knownEdge, { selector: ({ stack }) => stack, maxLength: 8 }),
  verifies: fc.boolean(),
});

interface Step {
  readonly pass: Pass;
  readonly before: World;
}

function walk(world: World): { steps: Step[]; end: World } {
  const steps: Step[] = [];
  let finished = NOTHING_FINISHED;
  for (let pass = nextPass(world, finished); pass; pass = nextPass(world, finished)) {
    steps.push({ pass, before: world });
    finished = finishedAfter(pass, finished);
    world = worldAfter(pass, world);
    if (steps.length > 100) throw new Error("no end in sight");
  }
  return { steps, end: world };
}

describe("in every world", () => {
  it("every edge that a hub signs for is signed when it is brought up for the last time", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const last = walk(world).steps.flatMap(({ pass, before }) =>
          pass.kind === "edges"
            ? before.edges.filter(({ stack }) => pass.stacks.includes(stack))
            : [],
        );
        expect(last.map(({ stack }) => stack).sort()).toEqual(
          world.edges.map(({ stack }) => stack).sort(),
        );
        expect(
          last.filter((each) => each.hub !== undefined && each.admitted && !each.signed),
        ).toEqual([]);
      }),
    );
  });

  it("every named stack gets its last update after everything it depends on", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const order = walk(world).steps.flatMap(({ pass }) =>
          pass.kind === "copy requests" ? [] : pass.stacks,
        );
        for (const hub of world.hubs) expect(order).toContain(hub);
        for (const { stack, hub } of world.edges) {
          expect(order).toContain(stack);
          if (hub && world.hubs.includes(hub))
            expect(order.lastIndexOf(stack)).toBeGreaterThan(order.indexOf(hub));
        }
      }),
    );
  });

  it("nothing is done twice", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const done = walk(world).steps.map(({ pass }) => JSON.stringify(pass));
        expect(new Set(done).size).toBe(done.length);
        for (const { pass, before } of walk(world).steps) {
          const silent = before.edges
            .filter(({ request }) => request === undefined)
            .map(({ stack }) => stack);
          if (pass.kind === "ask") expect(silent).toEqual(expect.arrayContaining([...pass.stacks]));
        }
        const hubs = walk(world).steps.flatMap(({ pass }) =>
          pass.kind === "hub" ? pass.stacks : [],
        );
        expect(new Set(hubs).size).toBe(hubs.length);
      }),
    );
  });

  it("waves follow each other", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const waves = walk(world).steps.flatMap(({ pass }) =>
          pass.kind === "edges" ? [pass.environment] : [],
        );
        expect(waves).toEqual([...new Set(waves)].sort(compareWaves));
      }),
    );
  });

  it("no wave begins before the one ahead of it is verified", () => {
    fc.assert(
      fc.property(worlds, ({ hubs, edges }) => {
        const owed = new Set<string>();
        for (const { pass } of walk({ hubs, edges, verifies: true }).steps) {
          if (pass.kind === "verify")
            for (const stack of pass.stacks) expect(owed.delete(stack)).toBe(true);
          if (pass.kind !== "edges") continue;
          expect([...owed]).toEqual([]);
          for (const { stack, hub, admitted } of edges)
            if (pass.stacks.includes(stack) && hub && admitted) owed.add(stack);
        }
        expect([...owed]).toEqual([]);
      }),
    );
  });

  it("a second run only updates", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const kinds = new Set(walk(walk(world).end).steps.map(({ pass }) => pass.kind));
        kinds.delete("edges");
        kinds.delete("hub");
        kinds.delete("verify");
        const silent = world.edges.some(({ hub, admitted }) => hub === undefined || !admitted);
        if (!silent) expect([...kinds]).toEqual([]);
      }),
    );
  });
});
