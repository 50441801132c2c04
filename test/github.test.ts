import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import packageJson from "../package.json";
import renovate from "../renovate.json";

const root = resolve(__dirname, "..");
const folder = join(root, ".github/workflows");

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
        readonly steps: readonly { readonly uses?: string }[];
      }
    >
  >;
}

const workflows = readdirSync(folder).map((file) => ({
  file,
  workflow: load(readFileSync(join(folder, file), "utf8")) as Workflow,
}));

describe("workflows", () => {
  it.each(workflows)("$file pins every action by the SHA of a commit", ({ workflow }) => {
    const used = Object.values(workflow.jobs)
      .flatMap(({ steps }) => steps)
      .flatMap(({ uses }) => uses ?? []);
    expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it("test on the oldest Node that package.json allows", () => {
    const ci = workflows.find(({ file }) => file === "ci.yml")?.workflow;
    const [oldest = ""] = ci?.jobs["test"]?.strategy?.matrix["node"] ?? [];
    expect(oldest.startsWith(packageJson.engines.node.replace(">=", ""))).toBe(true);
  });
});

describe("renovate", () => {
  const file = "components/versions.json";
  const [manager] = renovate.customManagers;
  const images = Object.values(
    JSON.parse(readFileSync(join(root, file), "utf8")) as Record<
      string,
      { image: string; tag: string }
    >,
  );

  it("finds every image of versions.json, with its tag", () => {
    const pattern = new RegExp(manager?.managerFilePatterns[0]?.slice(1, -1) ?? "");
    expect(pattern.test(file)).toBe(true);
    const found = [
      ...readFileSync(join(root, file), "utf8").matchAll(
        new RegExp(manager?.matchStrings[0] ?? "", "g"),
      ),
    ].map(({ groups }) => ({ image: groups?.["depName"], tag: groups?.["currentValue"] }));
    expect(found).toEqual(images.map(({ image, tag }) => ({ image, tag })));
  });

  it("links a changelog for each of them", () => {
    const linked = renovate.packageRules.flatMap((rule) =>
      "changelogUrl" in rule ? (rule.matchPackageNames ?? []) : [],
    );
    expect(linked.sort()).toEqual(images.map(({ image }) => image).sort());
  });
});
