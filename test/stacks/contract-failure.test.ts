import { expect, test } from "vitest";
import { explainFailure } from "../../src/stacks/contract-failure";

const explained = (code: Parameters<typeof explainFailure>[0]["code"]) =>
  explainFailure({ ok: false, code, message: "it cannot be read" }, "organization/heliograph/ops");

test("a contract that bringing the other stack up would mend comes with the command", () => {
  for (const code of ["absent", "older"] as const)
    expect(explained(code)).toBe("it cannot be read: npm run up ops");
});

test("a contract that nothing of the other stack would mend comes without one", () => {
  for (const code of ["newer", "invalid"] as const)
    expect(explained(code)).not.toContain("npm run up");
});
