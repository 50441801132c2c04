/**
 * Proves: the passes as they are run, with real stack files, requests and certificates, against a backend that behaves like the program.
 * Does not prove: the engine's part; the lab does.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chooseStacks, openProject } from "../../../src/cli/project";
import { plainProgress } from "../../../src/cli/ui/progress";
import { checkGenerations } from "../../../src/cli/up/observe";
import { runPasses } from "../../../src/cli/up/passes";
import { Backend } from "./backend";

const entry = (name: string) => `{ tenant: t, environment: ${name}, region: r }`;
const HUB = `config:
  heliograph:cluster: { context: ops }
  heliograph:hub:
    gateway: { host: hub }
    cells:
      main:
        region: r
        metrics: { bucket: { provider: s3, existing: { bucket: b, region: r, roleArn: a } } }
    tenants: { t: { retentionDays: 1 } }
    edges:
      # the first to try anything
      dev: ${entry("dev")}
      prd: ${entry("prd")}
`;
const edgeFile = (name: string) => `config:
  heliograph:cluster: { context: ${name} }
  heliograph:edge: { name: ${name}, hub: { fromStack: organization/heliograph/ops } }
`;

let folder: string;
let backend: Backend;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passes-test-"));
  backend = new Backend(folder);
  lines = [];
  await writeFile(join(folder, "Pulumi.ops.yaml"), HUB);
  for (const name of ["dev", "prd"]) await writeFile(join(folder, `Pulumi.${name}.yaml`), edgeFile(name));
});
afterEach(() => rm(folder, { recursive: true }));

async function up(named: string[] = [], resume = false): Promise<string[]> {
  backend.updates.length = 0;
  const chosen = chooseStacks(openProject(folder), named);
  const progress = plainProgress((line) => void lines.push(line));
  const options = { parallel: 1, resume, expected: new Map<string, number>() };
  await runPasses(folder, chosen, backend.workspaces, progress, options, () => {});
  return [...backend.updates];
}

async function edit(stack: string, from: string | RegExp, to: string): Promise<void> {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  await writeFile(file, (await readFile(file, "utf8")).replace(from, to));
}

function stateOf(stack: string): unknown {
  return (backend.output(stack)?.["edge"] as { state?: string } | undefined)?.state;
}

describe("runPasses", () => {
  it("brings up everything from nothing, and leaves the requests in the hub's file", async () => {
    expect(await up()).toEqual(["dev", "prd", "ops", "dev", "prd"]);
    expect([stateOf("dev"), stateOf("prd")]).toEqual(["connected", "connected"]);
    const text = await readFile(join(folder, "Pulumi.ops.yaml"), "utf8");
    expect(text).toContain("# the first to try anything");
    expect(parse(text).config["heliograph:hub"].edges.dev.request).toContain("BEGIN CERTIFICATE REQUEST");
    expect(lines).toEqual([
      "new keys, and requests for certificates: dev, prd",
      "into Pulumi.ops.yaml: the requests of dev, prd",
      "hub: ops, which signs for dev, prd",
      "edges of dev: dev",
      "edges of prd: prd",
    ]);
  });

  it("updates each stack once afterwards, and writes nothing", async () => {
    await up();
    const before = await readFile(join(folder, "Pulumi.ops.yaml"), "utf8");
    expect(await up()).toEqual(["ops", "dev", "prd"]);
    expect(await up(["prd"])).toEqual(["prd"]);
    expect(await readFile(join(folder, "Pulumi.ops.yaml"), "utf8")).toBe(before);
  });

  it("brings in the hub for an edge that is not signed", async () => {
    expect(await up(["dev"])).toEqual(["dev", "ops", "dev"]);
    expect(stateOf("dev")).toBe("connected");
  });

  it("gives an edge that asks for it a new certificate for a new key", async () => {
    await up();
    await edit("ops", "tenant: t\n", "tenant: t\n        keyGeneration: 2\n");
    await edit("dev", "name: dev", "name: dev, keyGeneration: 2");
    expect(await up()).toEqual(["dev", "ops", "dev", "prd"]);
  });

  it("says so when a hub does not let an edge in, and brings up what there is", async () => {
    await edit("ops", "dev: {", "dev: { revoked: true,");
    expect(await up(["dev"])).toEqual(["dev"]);
    expect(stateOf("dev")).toBe("asking");
  });

  it("stops at a failure", async () => {
    backend.lock("ops");
    await expect(up()).rejects.toThrow("still locked by an update that was killed");
    expect(backend.updates).toEqual(["dev", "prd"]);
  });

  it("takes an abandoned lock away when asked to", async () => {
    backend.lock("ops");
    expect(await up([], true)).toEqual(["dev", "prd", "ops", "dev", "prd"]);
    expect(lines.join("\n")).toContain("takes away the lock of an update that was killed");
  });
});

describe("checkGenerations", () => {
  it("names both sides of a contradiction", async () => {
    await edit("dev", "name: dev", "name: dev, keyGeneration: 2");
    expect(() => checkGenerations(openProject(folder), ["dev"])).toThrow(
      `Stack files that contradict each other: 1 problem

1. heliograph:edge.keyGeneration of stack dev
   got       2
   expected  1, as in heliograph:hub.edges.dev.keyGeneration of stack ops
   paste     heliograph:edge:
               keyGeneration: 1`,
    );
  });
});
