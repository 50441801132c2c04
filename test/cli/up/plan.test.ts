/**
 * Proves: whatever state stacks are in, the passes bring every edge to its end, in waves, and do nothing twice.
 * Does not prove: that stacks behave as the model here says; the lab does.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareWaves,
  finishedAfter,
  foresee,
  nextPass,
  worldAfter,
  type EdgeStanding,
  type Pass,
  type World,
} from "../../../src/cli/up/plan";

const fresh: Omit<EdgeStanding, "stack" | "edge" | "environment"> = {
  hub: "ops",
  admitted: true,
  request: undefined,
  handedOver: false,
  signed: false,
  connected: false,
};
const edge = (name: string, more: Partial<EdgeStanding> = {}): EdgeStanding => ({
  ...fresh,
  stack: name,
  edge: name,
  environment: name,
  ...more,
});
const asked = { request: "request" };
const signed = { ...asked, handedOver: true, signed: true };
const connected = { ...signed, connected: true };

function shown(passes: readonly Pass[]): string[] {
  return passes.map((pass) =>
    pass.kind === "hand over"
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
    const edges = ["dev", "prd"].map((name) => edge(name, connected));
    expect(shown(foresee({ hubs: ["ops"], edges }))).toEqual(["hub ops", "edges dev", "edges prd"]);
  });

  it("leaves the hub alone where only a connected edge was named", () => {
    expect(shown(foresee({ hubs: [], edges: [edge("dev", connected)] }))).toEqual(["edges dev"]);
  });

  it("brings in the hub where it has to sign", () => {
    expect(shown(foresee({ hubs: [], edges: [edge("dev", asked)] }))).toEqual([
      "hand over dev",
      "hub ops",
      "edges dev",
    ]);
  });

  it("goes on where a run stopped after the requests had been written", () => {
    const edges = [edge("dev", { ...asked, handedOver: true })];
    expect(shown(foresee({ hubs: [], edges }))).toEqual(["hub ops", "edges dev"]);
  });

  it("does not touch a connected edge with a new key before its wave", () => {
    const edges = [edge("dev", connected), edge("prd", { connected: true })];
    expect(shown(foresee({ hubs: ["ops"], edges }))).toEqual([
      "hub ops",
      "edges dev",
      "ask prd",
      "hand over prd",
      "hub ops",
      "edges prd",
    ]);
  });

  it("brings up edges that nobody would sign for as they are", () => {
    const edges = [edge("dev", { admitted: false }), edge("stg", { hub: undefined })];
    expect(shown(foresee({ hubs: [], edges }))).toEqual(["edges dev", "edges stg"]);
  });

  it("puts edges of one environment side by side", () => {
    const edges = [
      edge("dev-1", { ...connected, environment: "dev" }),
      edge("dev-2", { ...connected, environment: "dev" }),
    ];
    expect(shown(foresee({ hubs: [], edges }))).toEqual(["edges dev-1 dev-2"]);
  });
});

describe("compareWaves", () => {
  it("puts production last and unknown environments before it", () => {
    expect(["prd", "lab", "stg", "acc", "dev"].sort(compareWaves)).toEqual(["dev", "stg", "acc", "lab", "prd"]);
  });
});

const standing = fc
  .record({
    name: fc.stringMatching(/^[a-z]{1,6}$/),
    environment: fc.constantFrom("dev", "stg", "prd", "acc"),
    hub: fc.constantFrom("ops", "ops-2", undefined),
    admitted: fc.boolean(),
    state: fc.constantFrom({}, asked, { ...asked, handedOver: true }, signed, connected, { connected: true }),
  })
  .map(({ name, state, ...rest }) => edge(name, { ...rest, ...state }));
const worlds = fc.record({
  hubs: fc.subarray(["ops", "ops-2"]),
  edges: fc.uniqueArray(standing, { selector: ({ stack }) => stack, maxLength: 8 }),
});

interface Step {
  readonly pass: Pass;
  readonly before: World;
}

function walk(world: World): { steps: Step[]; end: World } {
  const steps: Step[] = [];
  let finished: ReadonlySet<string> = new Set();
  for (let pass = nextPass(world, finished); pass; pass = nextPass(world, finished)) {
    steps.push({ pass, before: world });
    finished = finishedAfter(pass, finished);
    world = worldAfter(pass, world);
    if (steps.length > 100) throw new Error("no end in sight");
  }
  return { steps, end: world };
}

describe("in every world", () => {
  it("every edge that a hub signs for ends connected", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const admitted = walk(world).end.edges.filter(({ hub, admitted }) => hub !== undefined && admitted);
        expect(admitted.filter(({ connected }) => !connected)).toEqual([]);
      }),
    );
  });

  it("every named stack gets its last update after everything it depends on", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const order = walk(world).steps.flatMap(({ pass }) => (pass.kind === "hand over" ? [] : pass.stacks));
        for (const hub of world.hubs) expect(order).toContain(hub);
        for (const { stack, hub } of world.edges) {
          expect(order).toContain(stack);
          if (hub && world.hubs.includes(hub)) expect(order.lastIndexOf(stack)).toBeGreaterThan(order.indexOf(hub));
        }
      }),
    );
  });

  it("nobody asks who has a request, is handed over twice, or is brought up twice for nothing", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { pass, before } of walk(world).steps) {
          const of = (stack: string) => before.edges.find((each) => each.stack === stack);
          if (pass.kind === "ask") for (const stack of pass.stacks) expect(of(stack)?.request).toBeUndefined();
          if (pass.kind === "edges")
            for (const stack of pass.stacks)
              expect(of(stack)?.admitted && of(stack)?.hub && !of(stack)?.signed).toBeFalsy();
        }
        const ends = walk(world).steps.flatMap(({ pass }) => (pass.kind === "edges" ? pass.stacks : []));
        expect(new Set(ends).size).toBe(ends.length);
      }),
    );
  });

  it("no edge that runs is touched before the waves ahead of it are through", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        let reached: string | undefined;
        for (const { pass, before } of walk(world).steps) {
          if (pass.kind === "edges") {
            if (reached !== undefined) expect(compareWaves(reached, pass.environment)).toBeLessThan(0);
            reached = pass.environment;
          }
          if (pass.kind !== "ask") continue;
          for (const { environment, connected } of before.edges.filter(({ stack }) => pass.stacks.includes(stack))) {
            const ahead = before.edges.filter((each) => compareWaves(each.environment, environment) < 0);
            if (connected && ahead.length > 0) expect(reached).toBeDefined();
          }
        }
      }),
    );
  });

  it("a second run only updates", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const kinds = new Set(walk(walk(world).end).steps.map(({ pass }) => pass.kind));
        kinds.delete("edges");
        kinds.delete("hub");
        const silent = world.edges.some(({ hub, admitted }) => hub === undefined || !admitted);
        if (!silent) expect([...kinds]).toEqual([]);
      }),
    );
  });
});
