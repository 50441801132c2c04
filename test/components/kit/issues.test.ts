import { RunError } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ConfigurationError } from "../../../components/kit/issues";

test("Pulumi shows a person's mistake without a stack trace", () => {
  expect(RunError.isInstance(new ConfigurationError("Inventory", []))).toBe(true);
});
