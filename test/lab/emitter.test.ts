import { expect, test } from "vitest";
import { emitterProgram } from "../../lab/scenarios/emitter/pod";

test("the emitter's program fits in a ConfigMap, many times over: it imports no library", async () => {
  const program = await emitterProgram();
  expect(program).toContain("EMISSION");
  expect(program.length).toBeLessThan(50_000);
});
