/**
 * Proves: which changes of the CA are let through in which order, what a person is told, and that
 * what edges run with is read from real certificates. Does not prove: that nothing is lost on the
 * way; test/programs/rotation and the lab's scenario `rotation` do.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Authority,
  type ConnectedEdge,
  describeRotation,
  firstStep,
  phasesBetween,
} from "../../../src/cli/commands/up/ca-rotation";

const authority = (trusted: number[], signing: number): Authority => ({ trusted, signing });
const edge = (stack: string, trusts: number[], signedBy: number): ConnectedEdge => ({
  stack,
  trusts: new Set(trusts),
  signedBy,
});
const describeChange = (
  before: Authority,
  after: Authority,
  edges: ConnectedEdge[] = [],
  unseen: string[] = [],
) => describeRotation({ hub: "ops", before, after, edges, unseen });

const start = authority([1], 1);
const added = authority([1, 2], 1);
const reissued = authority([1, 2], 2);
const end = authority([2], 2);

describe("the three phases, in their turn", () => {
  it("add needs nothing of the edges", () => {
    expect(describeChange(start, added, [{ stack: "dev" }])).toEqual([
      "CA, phase 1 of 3, add: CA 2 is made and trusted; CA 1 goes on signing",
      "CA, next and only when every edge has been brought up: authority: { trusted: [1, 2], signing: 2 }",
    ]);
  });

  it("re-issue needs every edge to trust the new generation; of one elsewhere it says what will happen", () => {
    expect(describeChange(added, reissued, [edge("dev", [1, 2], 1)], ["qa"])).toEqual([
      "CA, phase 2 of 3, re-issue: gateway and edges get certificates of CA 2; CA 1 stays trusted",
      "CA: qa cannot be seen from here; until they trust CA 2 they are refused, and queue",
      "CA, next and only when every edge has been brought up: authority: { trusted: [2], signing: 2 }",
    ]);
  });

  it("drop needs every edge to run with a certificate of the new generation", () => {
    expect(describeChange(reissued, end, [edge("dev", [1, 2], 2)])).toEqual([
      "CA, phase 3 of 3, drop: CA 1 is deleted with its key; its certificates are refused from now on",
      "CA: that was the last phase",
    ]);
  });

  it("a generation that was added and never signed can be dropped again", () => {
    expect(describeChange(added, start, [edge("dev", [1, 2], 1)])[0]).toContain("CA 2 is deleted");
  });

  it("says nothing where no CA is replaced, and what is missing between two phases", () => {
    expect(describeChange(start, start)).toEqual([]);
    expect(describeChange(added, added, [edge("dev", [1, 2], 1), edge("prd", [1], 1)])).toEqual([
      "CA, before phase 2 of 3, re-issue: npm run up -- prd",
    ]);
    expect(describeChange(reissued, reissued, [edge("dev", [1, 2], 2)])).toEqual([
      "CA, next and only when every edge has been brought up: authority: { trusted: [2], signing: 2 }",
    ]);
  });
});

describe("out of turn", () => {
  const message = (attempt: () => unknown) => {
    try {
      attempt();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("nothing was refused");
  };

  it("signing with a generation that not every edge trusts", () => {
    const edges = [edge("dev", [1, 2], 1), edge("stg", [1], 1), { stack: "prd" }];
    expect(message(() => describeChange(added, reissued, edges)))
      .toBe(`The CA of stack ops: 1 problem

1. heliograph:hub.authority.signing of stack ops
   got       2
   expected  1 as before: since their last update these edges do not trust CA 2 yet: stg, prd
   paste     # the edges first, then this change:
             npm run up -- stg prd`);
  });

  it("dropping a generation with which edges still run", () => {
    const edges = [edge("dev", [1, 2], 2), edge("stg", [1, 2], 1)];
    expect(message(() => describeChange(reissued, end, edges))).toBe(`The CA of stack ops: 1 problem

1. heliograph:hub.authority.trusted of stack ops
   got       [2]
   expected  [1,2] as before: since their last update these edges still run with certificates of CA 1: stg
   paste     # the edges first, then this change:
             npm run up -- stg`);
  });

  it("dropping and signing in one go", () => {
    expect(message(() => describeChange(added, end))).toBe(`The CA of stack ops: 1 problem

1. heliograph:hub.authority of stack ops
   got       {"trusted":[2],"signing":2}
   expected  one change at a time, each brought up everywhere before the next; these are 2: re-issue 2, drop 1. The first one is below
   paste     heliograph:hub:
               authority:
                 signing: 2
                 trusted:
                   - 1
                   - 2`);
  });

  it("everything at once: the first step is to add", () => {
    expect(message(() => describeChange(start, end))).toContain(
      "these are 3: add 2, re-issue 2, drop 1",
    );
    expect(firstStep(start, end)).toEqual(added);
  });
});

it("following the first step again and again arrives, one phase at a time and with two generations at most", () => {
  const anyAuthority = fc
    .uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 })
    .chain((trusted) =>
      fc.constantFrom(...trusted).map((signing) => authority([...trusted].sort(), signing)),
    );
  fc.assert(
    fc.property(anyAuthority, anyAuthority, (from, to) => {
      let now = from;
      for (let steps = 0; phasesBetween(now, to).length > 0; steps++) {
        expect(steps).toBeLessThan(8);
        const next = firstStep(now, to);
        expect(phasesBetween(now, next)).toHaveLength(1);
        expect(next.trusted.length).toBeLessThanOrEqual(2);
        expect(next.trusted).toContain(next.signing);
        now = next;
      }
    }),
  );
});
