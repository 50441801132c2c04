/**
 * Proves: what a program registers is recorded with parents and values, secrets are found wherever
 * they went, errors nobody awaits are not lost. Does not prove: that a provider or a cluster takes
 * it.
 */
import { describe, expect, it } from "vitest";
import { requestIssues } from "../../../components/pki/request";
import { manifestOf, redactedManifestOf } from "../../../src/cli/commands/render/manifests";
import { placeholderRequest } from "../../../src/cli/commands/render/placeholders";
import { record, type Recording } from "../../../src/cli/commands/render/recorder";
import { failsInApply, failsOutright, shop, talks } from "./fixture";
import { fromYaml, toYaml } from "../../../components/kit/yaml";

const OPS = "organization/heliograph/ops";

function run(program: () => Promise<object>): Promise<Recording> {
  const references = { [OPS]: { greeting: "hello" } };
  return record({ project: "heliograph", stack: "dev", config: {}, references, run: program });
}

function inputsOf({ resources }: Recording, name: string): unknown {
  return resources.find((resource) => resource.name === name)?.inputs;
}

describe("record", () => {
  it("records every resource with its parent", async () => {
    const { resources } = await run(shop);
    const shopUrn = resources.find(({ name }) => name === "shop")?.urn;
    expect(resources.filter(({ parent }) => parent === shopUrn).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "shop-key",
        "shop-namespace",
        "shop-keys",
        "shop-config",
        "shop-store",
        "shop-watch",
      ]),
    );
  });

  it("answers references from the outputs it is given", async () => {
    expect((await run(shop)).outputs).toEqual({ greeting: "hello, world" });
  });

  it("gives equal recordings in equal runs", async () => {
    const all = async () =>
      (await run(shop)).resources.map(({ name, inputs }) => ({ name, inputs })).sort(byName);
    expect(await all()).toEqual(await all());
  });

  it("throws what failed in an apply", async () => {
    await expect(run(failsInApply)).rejects.toThrow("the request is not the edge's");
  });

  it("throws what the program throws outright", async () => {
    await expect(run(failsOutright)).rejects.toThrow("no such edge");
  });

  it("can run again after a program that failed", async () => {
    await expect(run(failsInApply)).rejects.toThrow();
    expect((await run(shop)).outputs).toEqual({ greeting: "hello, world" });
  });

  it("keeps what the program says to its user off the console", async () => {
    expect((await run(talks)).messages).toEqual(["mind the gap"]);
  });
});

describe("manifests", () => {
  it("are what the cluster gets", async () => {
    const manifest = manifestOf(inputsOf(await run(shop), "shop-keys"));
    expect(manifest["stringData"]).toEqual({
      name: "plain",
      "tls.key": expect.stringContaining("EC PRIVATE KEY"),
    });
  });

  it("lose every value of a Secret for people's eyes, whether it was secret or not", async () => {
    const manifest = redactedManifestOf(inputsOf(await run(shop), "shop-keys"));
    expect(manifest["stringData"]).toEqual({ name: "redacted", "tls.key": "redacted" });
  });

  it("lose what was made from a secret, and keep what stands beside it", async () => {
    const manifest = redactedManifestOf(inputsOf(await run(shop), "shop-config"));
    expect(manifest["data"]).toEqual({ plain: "shown", derived: "redacted" });
  });

  it("survive YAML", async () => {
    const manifest = manifestOf(inputsOf(await run(shop), "shop-store"));
    expect(fromYaml(toYaml(manifest))).toEqual(manifest);
  });
});

describe("placeholderRequest", () => {
  it("is one that the hub would sign", async () => {
    const identity = { name: "dev", keyGeneration: 2 };
    expect(requestIssues(identity, await placeholderRequest(identity))).toEqual([]);
  });
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
