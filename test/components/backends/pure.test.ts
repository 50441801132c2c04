import { expect, it, vi } from "vitest";

vi.mock("@pulumi/pulumi", () => {
  throw new Error("the registry loads @pulumi/pulumi");
});
vi.mock("@pulumi/kubernetes", () => {
  throw new Error("the registry loads @pulumi/kubernetes");
});

it("reads everything of every backend without Pulumi", async () => {
  const { BACKENDS } = await import("../../../components/backends/registry");
  expect(BACKENDS).toHaveLength(5);
});
