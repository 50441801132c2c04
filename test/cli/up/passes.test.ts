/**
 * Proves: the passes as they are run, with real stack files, requests and certificates, against a
 * backend that behaves like the program. Does not prove: the engine's part; the lab does.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseStacks, openProject } from "../../../src/cli/project";
import { plainProgress } from "../../../src/cli/ui/progress";
import { type EndedUpdate, type Gate, runPasses } from "../../../src/cli/commands/up/passes";
import { checkGenerations, observe as observeAll } from "../../../src/cli/commands/up/connections";
import { renewalOf } from "../../../src/cli/commands/up/renewal";
import { foresee } from "../../../src/cli/commands/up/plan";
import { showStackStates } from "../../../src/cli/commands/up/report";
import type { CheckResult } from "../../../src/cli/commands/verify/report";
import type { Verification } from "../../../src/cli/commands/verify/report";
import { Backend } from "./backend";
import { parsed } from "../../support/yaml";

const entry = (name: string) => `{ tenant: t, environment: ${name}, region: r }`;
const HUB = `config:
  heliograph:cluster: { context: ops }
  heliograph:hub:
    gateway: { host: hub }
    cells:
      main:
        region: r
        metrics: { bucket: { provider: s3, existing: { bucket: metrics, region: me-central-1, podIdentity: true } } }
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
let history: { updates: EndedUpdate[]; verifications: Verification[] };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passes-test-"));
  backend = new Backend(folder);
  lines = [];
  await writeFile(join(folder, "Pulumi.ops.yaml"), HUB);
  for (const name of ["dev", "prd"])
    await writeFile(join(folder, `Pulumi.${name}.yaml`), edgeFile(name));
});
afterEach(() => rm(folder, { recursive: true }));

interface Run {
  readonly resume?: boolean;
  readonly gate?: Gate;
  readonly observe?: typeof observeAll;
}

async function up(
  named: string[] = [],
  { resume = false, gate, observe = observeAll }: Run = {},
): Promise<string[]> {
  backend.updates.length = 0;
  history = { updates: [], verifications: [] };
  const chosen = chooseStacks(openProject(folder), named);
  const progress = plainProgress((line) => void lines.push(line));
  const options = { observe, parallel: 1, resume, expected: new Map<string, number>(), gate };
  await runPasses(folder, chosen, backend.workspaces, progress, options, {
    updated: (done) => void history.updates.push(done),
    verified: (verification) => void history.verifications.push(verification),
  });
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
    expect(parsed(text).config["heliograph:hub"].edges.dev.request).toContain(
      "BEGIN CERTIFICATE REQUEST",
    );
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
    expect(await up([], { resume: true })).toEqual(["dev", "prd", "ops", "dev", "prd"]);
    expect(lines.join("\n")).toContain("removes the lock of an update that was killed");
  });
});

/** A gate at which these edges are not well. */
const gateThatFinds =
  (...bad: string[]): Gate =>
  async ({ edges }) => {
    const reports = edges.map((edge) => {
      const fault = {
        name: "queue",
        proves: "",
        status: "failed",
        brief: "failed",
        detail: "is stuck",
        next: "look",
      };
      const checks = bad.includes(edge) ? [{ ...fault, ok: false } as CheckResult] : [];
      return { edge, state: "signed" as const, ok: checks.length === 0, checks };
    });
    return { ok: reports.every(({ ok }) => ok), hubs: [], edges: reports };
  };

describe("waves", () => {
  const stackStates = (named: string[] = []) => {
    const project = openProject(folder);
    const chosen = chooseStacks(project, named);
    const states = new Map(chosen.map((stack) => [stack, undefined]));
    const passes = foresee({ ...observeAll(project, chosen, states), verifies: true });
    return stripVTControlCharacters(showStackStates(passes, history)).split("\n").slice(1);
  };
  beforeEach(async () => {
    await edit(
      "ops",
      "      prd:",
      `      dev-2: ${entry("dev")}\n      stg: ${entry("stg")}\n      prd:`,
    );
    for (const name of ["dev-2", "stg"])
      await writeFile(join(folder, `Pulumi.${name}.yaml`), edgeFile(name));
    await up();
  });

  it("are verified one by one", async () => {
    expect(await up([], { gate: gateThatFinds() })).toEqual(["ops", "dev", "dev-2", "stg", "prd"]);
    expect(history.verifications.map(({ edges }) => edges.map(({ edge }) => edge))).toEqual([
      ["dev", "dev-2"],
      ["stg"],
      ["prd"],
    ]);
    expect(lines.slice(-3)).toEqual([
      "edges of prd: prd",
      "verify prd: prd",
      expect.stringContaining("all is well"),
    ]);
  });

  it("stop behind one that is not well, and say where everything stands; mended, the same run finishes", async () => {
    const failure = up([], { gate: gateThatFinds("stg") });
    await expect(failure).rejects.toThrow(/^Wave stg failed\.[^]*stg: queue[^]*is stuck[^]*look/);
    expect(backend.updates).toEqual(["ops", "dev", "dev-2", "stg"]);
    expect(stackStates()).toEqual([
      "ops    done",
      "dev    done and verified",
      "dev-2  done and verified",
      "stg    updated, checks FAILED: queue",
      "prd    not started",
    ]);
    expect(await up([], { gate: gateThatFinds() })).toEqual(["ops", "dev", "dev-2", "stg", "prd"]);
  });

  it("stop behind an update that fails, once the others of its wave are done", async () => {
    backend.lock("dev");
    await expect(up([], { gate: gateThatFinds() })).rejects.toThrow("still locked");
    expect(backend.updates).toEqual(["ops", "dev-2"]);
    expect(stackStates()).toEqual([
      "ops    done",
      "dev    update FAILED",
      "dev-2  updated, not verified yet",
      "stg    not started",
      "prd    not started",
    ]);
  });

  it("are not verified where nobody asks for it", async () => {
    await up();
    expect(history.verifications).toEqual([]);
  });
});

describe("a renewal", () => {
  const renew = () => up([], { observe: renewalOf(new Date()) });
  const certificateOf = (stack: string) =>
    (backend.output(stack)?.["edge"] as { runsWith?: { certificate: string } } | undefined)
      ?.runsWith?.certificate;

  it("touches nothing while nothing is due", async () => {
    await up();
    backend.daysLeft = 91;
    expect(await renew()).toEqual([]);
  });

  it("brings up the hub inside the window, then the edges whose certificate is another one", async () => {
    await up();
    const former = certificateOf("dev");
    backend.daysLeft = 89;
    expect(await renew()).toEqual(["ops", "dev", "prd"]);
    expect(certificateOf("dev")).not.toBe(former);
    expect(await renew()).toEqual([]);
  });

  it("goes on where it was interrupted, with exactly the edges that are behind", async () => {
    await up();
    backend.daysLeft = 1;
    await up(["ops"]);
    await up(["dev"]);
    expect(await renew()).toEqual(["prd"]);
  });

  it("leaves a revoked edge alone", async () => {
    await up();
    await edit("ops", "prd: {", "prd: { revoked: true,");
    await edit("ops", /prd:\n/, "prd:\n        revoked: true\n");
    backend.daysLeft = 1;
    expect(await renew()).toEqual(["ops", "dev"]);
  });

  it("verifies each wave of edges that it renewed", async () => {
    await up();
    backend.daysLeft = 1;
    const verified: string[][] = [];
    const gate: Gate = async ({ edges }) => {
      verified.push([...edges]);
      return { ok: true, hubs: [], edges: [] };
    };
    expect(await up([], { observe: renewalOf(new Date()), gate })).toEqual(["ops", "dev", "prd"]);
    expect(verified).toEqual([["dev"], ["prd"]]);
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
