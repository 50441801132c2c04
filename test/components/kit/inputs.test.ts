import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { knownNow } from "../../../components/kit/inputs";
import { UNKNOWN } from "../../../components/kit/unknown";

it("tells what is known now from what only the engine will know, and from what was not given", () => {
  const args = {
    now: "a",
    later: pulumi.output("b"),
    promised: Promise.resolve("c"),
    nothing: undefined,
  };
  expect(knownNow(args)).toEqual({
    now: "a",
    later: UNKNOWN,
    promised: UNKNOWN,
    nothing: undefined,
  });
});
