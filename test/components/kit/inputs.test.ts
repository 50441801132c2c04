import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkedInput, knownNow, lateIssues } from "../../../components/kit/inputs";
import { inputIssues, isLater } from "../../../components/kit/later";
import { resolved } from "../../support/mocks";
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

it("knows an output as Pulumi's SDK does, without loading it", () => {
  const output = pulumi.output({ inner: "a" });
  const values = [output, output.inner, pulumi.secret(1), { inner: 1 }, "a", null, undefined];
  expect(values.map(isLater)).toEqual(values.map((value) => pulumi.Output.isInstance(value)));
  expect(values.filter(isLater)).toHaveLength(3);
});

const seconds = z
  .int()
  .min(10)
  .meta({ description: "seconds, from 10", examples: [60] });

describe("an input with a schema", () => {
  const checked = (value: pulumi.Input<number>) =>
    checkedInput("Switch", seconds, ["switch", "seconds"], value);

  it("is checked at once where it is plain", () => {
    expect(inputIssues(seconds, ["switch", "seconds"], 5)).toEqual([
      { path: ["switch", "seconds"], got: 5, expected: "seconds, from 10", example: 60 },
    ]);
    expect(inputIssues(seconds, [], pulumi.output(5))).toEqual([]);
    expect(checked(60)).toBe(60);
  });

  it("is checked once it is known", async () => {
    expect(await resolved(pulumi.output(checked(pulumi.output(60))))).toBe(60);
    expect(lateIssues(seconds, ["seconds"], 5, false)).toMatchObject([{ got: 5 }]);
    expect(lateIssues(seconds, ["seconds"], 60, false)).toEqual([]);
  });

  it("is not shown where it is secret", async () => {
    expect(await pulumi.isSecret(pulumi.output(checked(pulumi.secret(60))))).toBe(true);
    expect(lateIssues(seconds, ["seconds"], 5, true)).toMatchObject([{ got: undefined }]);
  });
});
