import { expect, it, vi } from "vitest";
import { BACKENDS } from "../../../components/backends/registry";

vi.mock("@pulumi/pulumi", () => {
  throw new Error("the registry loads @pulumi/pulumi");
});
vi.mock("@pulumi/kubernetes", () => {
  throw new Error("the registry loads @pulumi/kubernetes");
});

it("reads everything of every backend without Pulumi", () => {
  expect(BACKENDS).toHaveLength(5);
});
