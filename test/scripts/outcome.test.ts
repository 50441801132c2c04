import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../scripts/mutate/outcome";

const tests = (result: { failed?: boolean; late?: boolean; seconds?: number }) => ({
  ...{ failed: false, late: false, seconds: 10, output: "" },
  ...result,
});
const stopped = tests({ failed: true, late: true, seconds: 100 });
const never = () => Promise.reject(new Error("nothing has to be proved"));

describe("a mutant", () => {
  it("is noticed by a test that fails, and survives if none does", async () => {
    expect(await outcomeOf(tests({ failed: true }), 100, never)).toBe("noticed");
    expect(await outcomeOf(tests({}), 100, never)).toBe("SURVIVED");
  });

  it("is endless if its tests end well in time without it", async () => {
    const outcome = await outcomeOf(stopped, 100, () => Promise.resolve(tests({ seconds: 40 })));
    expect(outcome).toBe("endless");
  });

  it.each([
    ["are slow without it too", tests({ seconds: 60 })],
    ["are stopped without it too", stopped],
    ["fail without it too", tests({ failed: true })],
  ])("is undecided if its tests %s", async (_, without) => {
    expect(await outcomeOf(stopped, 100, () => Promise.resolve(without))).toBe("undecided");
  });
});
