/**
 * Proves: a component refuses an object that no API server takes, warns of one that is nearly so
 * large, whichever of its keys is known when, and shows no value. Does not prove: that an API
 * server has this limit; test/programs/objects.test.ts does.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MANY_BYTES, MOST_BYTES, sizeOptions } from "../../../components/kit/object-size";
import { record } from "../../../src/cli/commands/render/recorder";
import { recordResources, settled, type Recorded } from "../../support/mocks";

let recorded: Recorded[];
beforeEach(() => {
  recorded = recordResources();
});
afterEach(() => vi.restoreAllMocks());

class Component extends pulumi.ComponentResource {
  constructor(make: (parent: pulumi.Resource) => void) {
    super("test:index:Component", "hub", {}, sizeOptions("HubObservability hub"));
    make(this);
  }
}

type Data = pulumi.Input<Record<string, pulumi.Input<string>>>;
const mapOf = (data: Data) =>
  new Component((parent) => new k8s.core.v1.ConfigMap("hub-rules", { data }, { parent }));
const secretOf = (stringData: Data) =>
  new Component((parent) => new k8s.core.v1.Secret("hub-keys", { stringData }, { parent }));

/** `ü` has two bytes. */
const bytes = (count: number) => "ü".repeat(count / 2) + "x".repeat(count % 2);

const message = (kind: string) => `HubObservability hub: 1 problem

1. ${kind}
   got       "1,048,577 bytes or more, most of them (1,000,000) at its key large.yaml"
   expected  at most 1,048,576 bytes, all that a Kubernetes API server takes of one object
   paste     give a part of its tenants another cell, or bring fewer and smaller files`;

describe("an object", () => {
  it("that an API server takes is as it was", async () => {
    const warn = vi.spyOn(pulumi.log, "warn");
    const data = { a: bytes(MANY_BYTES - 10), b: pulumi.output("ten bytes.") };
    mapOf(data);
    await settled();
    expect(recorded.at(-1)?.inputs["data"]).toEqual({ a: data.a, b: "ten bytes." });
    expect(warn).not.toHaveBeenCalled();
  });

  it("that is too large is refused, with the key that makes it so", async () => {
    const data = { "small.yaml": bytes(48_577), "large.yaml": bytes(1_000_000) };
    expect(() => mapOf(data)).toThrow(message("ConfigMap hub-rules"));
    expect(() => mapOf({ ...data, "small.yaml": bytes(48_576) })).not.toThrow();
    await settled();
  });

  it.each<[string, (data: Record<string, string>) => Data]>([
    ["a value is", (data) => ({ ...data, "small.yaml": pulumi.secret(data["small.yaml"]!) })],
    ["the data are", (data) => pulumi.output(data)],
    ["a promise is", (data) => Promise.resolve(data)],
  ])("is refused once %s known", async (_, late) => {
    const data = { "small.yaml": bytes(48_577), "large.yaml": bytes(1_000_000) };
    const program = async () => secretOf(late(data));
    const environment = { project: "heliograph", stack: "ops", config: {}, references: {} };
    await expect(record({ ...environment, run: program })).rejects.toThrow(
      message("Secret hub-keys"),
    );
  });

  it("that is nearly too large is warned of, once", async () => {
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
    mapOf({ a: bytes(MANY_BYTES), b: "x", c: pulumi.output("x") });
    await settled();
    expect(warn.mock.calls).toEqual([
      [
        "HubObservability hub: ConfigMap hub-rules has 900,001 bytes or more, most of them " +
          "(900,000) at its key a. A Kubernetes API server takes 1,048,576 bytes of one object.",
      ],
    ]);
    expect(MOST_BYTES).toBe(1_048_576);
  });
});
