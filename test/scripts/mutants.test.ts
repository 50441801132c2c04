import { describe, expect, it } from "vitest";
import { type Mutant, mutantsOf, mutated, shown, withProbes } from "../../scripts/mutate/mutants";

const changed = (text: string) => mutantsOf("a.ts", text).map((mutant) => mutated(text, mutant));

describe("mutants", () => {
  it.each([
    ["f(a ?? b);", ["f((b));", "f((a));"]],
    ["f(a < b);", ["f(a <= b);"]],
    ["f(a && b);", ["f(a || b);"]],
    ["f(!a);", ["f(a);"]],
    ["f(a ? b : c);", ["f(true ? b : c);", "f(false ? b : c);"]],
    ["f(7, true, 'text', '');", ["f((7 + 1), true, 'text', '');", "f(7, false, 'text', '');"]],
    ["f(`a${b}`);", ['f("");']],
    ["f(a.filter(b));", ["f(a);"]],
    ["f(a.some(b));", ["f(a.every(b));"]],
    ["f([a, b]);", ["f([]);", "f([...[], b]);", "f([a, ...[]]);"]],
    ["if (a) b();", ["if (true) b();", "if (false) b();", "if (a) ;"]],
    ["new Thing(name);", [";"]],
  ])("of %s", (text, expected) => {
    expect(changed(text)).toEqual(expect.arrayContaining(expected));
  });

  it("leave out a property, or give it the value of another one", () => {
    const text = "f({ logs: days.logs, metrics: days.metrics, on });";
    expect(changed(text)).toEqual(
      expect.arrayContaining([
        "f({ ...{}, metrics: days.metrics, on });",
        "f({ logs: days.logs, metrics: days.metrics, ...{} });",
        "f({ logs: days.metrics, metrics: days.metrics, on });",
      ]),
    );
    expect(changed(text)).not.toContain("f({ logs: days.logs, metrics: days.metrics, on: on });");
  });

  it.each([
    ['import { a } from "b";'],
    ['export { a } from "b";'],
    ['interface A { kind: "b" }'],
    ['type A = "b" | 7;'],
    ['const a: "b" = c as "b";'],
    ['throw new Error(`no ${"such"} thing` + "here");'],
    ['const a = b["c"];'],
  ])("are not made of %s", (text) => {
    expect(changed(text)).toEqual([]);
  });

  it("are shown on one line", () => {
    const mutant: Mutant = {
      ...{ file: "a.ts", line: 7, start: 0, end: 1 },
      original: "a(\n  b,\n)",
      replacement: "",
      within: [0, 1],
      onLoad: true,
    };
    expect(shown(mutant)).toBe("a.ts:7: a( b, ) -> nothing");
  });

  it("are probed where they stand, without a change of what runs", () => {
    const text = "const f = (a) => [a.b.some((c) => !c), { d: a.e ?? 2 }]; run(f);";
    const mutants = mutantsOf("a.ts", text);
    const reached = new Set<number>();
    Object.assign(globalThis, { reached: (index: number) => reached.add(index) });
    const run = (f: (a: object) => unknown) => f({ b: [true, false], e: undefined });
    const probed = withProbes(text, new Map(mutants.entries()));
    const results = [text, probed].map((each): unknown => {
      let result: unknown;
      new Function("run", each)((f: (a: object) => unknown) => (result = run(f)));
      return result;
    });
    expect(results[0]).toEqual([true, { d: 2 }]);
    expect(results[1]).toEqual(results[0]);
    expect(reached.size).toBe(mutants.length);
    expect(mutants.filter(({ onLoad }) => onLoad).map(({ original }) => original)).toEqual([
      "run(f);",
    ]);
  });
});
