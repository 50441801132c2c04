/**
 * Proves: what is asked, what is suggested, what is written, and that everything wrong is said at
 * once. Does not prove: prompts on a terminal, and the edge that is brought up; the lab's scenario
 * `onboard` does the latter.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatIssues } from "../../../components/kit/issues";
import { changesFor, makePassphrase, issuesIn } from "../../../src/cli/commands/onboard/files";
import type { Answers } from "../../../src/cli/commands/onboard/questions";
import { type Ask, resolveAnswers } from "../../../src/cli/commands/onboard/answers";
import { openProject } from "../../../src/cli/project";
import { changedLines } from "../../../src/cli/commands/preview/differences";

const REPOSITORY = resolve(__dirname, "../../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onboard-test-"));
  for (const stack of ["ops", "dev", "stg", "prd"])
    writeFileSync(fileOf(stack), readFileSync(join(REPOSITORY, `Pulumi.${stack}.yaml`)));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const fileOf = (stack: string) => join(folder, `Pulumi.${stack}.yaml`);

function edit(stack: string, change: (text: string) => string): void {
  writeFileSync(fileOf(stack), change(readFileSync(fileOf(stack), "utf8")));
}

/** What would be written, line by line, and all that is wrong. */
async function onboard(edge: string, given: Answers, ask?: Ask) {
  const ground = {
    project: openProject(folder),
    edge,
    contexts: ["dev", "ops", "qa", "qa-2"],
    answers: given,
  };
  const { answers, issues } = await resolveAnswers(ground, ask);
  const changes = answers.hub === undefined ? [] : changesFor({ ...ground, answers });
  const all = [...issues, ...issuesIn(changes)];
  const lines = changes.map(({ stack, before, after }) => [
    stack,
    ...changedLines(before ?? "", after).map(stripVTControlCharacters),
  ]);
  const write = () => changes.forEach(({ path, after }) => writeFileSync(path, after));
  return {
    answers,
    lines,
    problems: all.length === 0 ? "" : formatIssues(`Edge ${edge}`, all),
    write,
  };
}

describe("an edge that is let in by options", () => {
  it("needs as few as there are no usual answers to", async () => {
    const { lines, problems } = await onboard("qa", { environment: "stg", retentionDays: "14" });
    expect(problems).toBe("");
    expect(lines).toEqual([
      [
        "ops",
        "+       qa: { retentionDays: 14 }",
        "+       qa: { tenant: qa, environment: stg, region: uaenorth, activeSeries: 200000 }",
      ],
      [
        "qa",
        "+ # yaml-language-server: $schema=./schemas/stack-config.json",
        "+ config:",
        "+   heliograph:cluster:",
        "+     context: qa",
        "+   heliograph:edge:",
        "+     name: qa",
        "+     hub:",
        "+       fromStack: organization/heliograph/ops",
      ],
    ]);
  });

  it("is like another one where that is wanted, but for what is the other's own", async () => {
    edit("prd", (text) =>
      text
        .replace("storageClass:", "keyGeneration: 3\n    # fast\n    storageClass:")
        .replace(
          "config:",
          "encryptionsalt: v1:abc\nconfig:\n  heliograph:secrets: { objectStores: {} }",
        ),
    );
    const { lines, problems } = await onboard("qa", {
      like: "prd",
      environment: "stg",
      tenant: "prd",
    });
    expect(problems).toBe("");
    expect(lines).toEqual([
      [
        "ops",
        "+       qa: { tenant: prd, environment: stg, region: uaenorth, activeSeries: 880000, outage: 12h }",
      ],
      [
        "qa",
        "+ # yaml-language-server: $schema=./schemas/stack-config.json",
        "+ config:",
        "+   heliograph:cluster:",
        "+     context: qa",
        "+   heliograph:edge:",
        "+     name: qa",
        "+     hub:",
        "+       fromStack: organization/heliograph/ops",
        "+     # An agent that is gone for good is replaced by the other one.",
        "+     replicas: 2",
        "+     # fast",
        "+     storageClass: managed-csi-premium",
      ],
    ]);
  });

  it("may be like the hub's own", async () => {
    const { lines, problems } = await onboard("qa", { like: "ops", environment: "stg" });
    expect(problems).toBe("");
    expect(lines[1]).toContain("+     storageClass: managed-csi-premium");
    expect(lines[1]?.join("\n")).not.toMatch(/gateway|tenants|watches it/);
  });

  it("hears everything that is missing or not possible at once", async () => {
    const given = {
      like: "pdr",
      region: "",
      context: "dev",
      activeSeries: "many",
      outage: "6 hours",
    };
    const { problems } = await onboard("qa", given);
    await expect(`${problems}\n`).toMatchFileSnapshot("problems.txt");
  });

  it("is refused where its name is none", async () => {
    expect(
      (await onboard("Qa_1", { environment: "stg", retentionDays: "1", context: "qa" })).problems,
    ).toContain("rename Qa_1 to qa-1");
  });

  it("needs a hub", async () => {
    const { problems } = await onboard("qa", { hub: "dev" });
    expect(problems).toMatch(
      /^Edge qa: 1 problem\n\n1\. --hub\n +got +"dev"\n +expected +a stack with .*: ops\n/,
    );
  });
});

describe("an edge that has been written already", () => {
  const first = { environment: "stg", like: "stg" };
  beforeEach(async () => (await onboard("qa", first)).write());

  it("goes on as it was written, whether the same options are given or none", async () => {
    for (const given of [{}, first]) {
      const { answers, lines, problems } = await onboard("qa", given);
      expect(problems).toBe("");
      expect(lines).toEqual([]);
      expect(answers).toMatchObject({
        hub: "ops",
        context: "qa",
        environment: "stg",
        tenant: "qa",
      });
    }
  });

  it("is not changed by other options", async () => {
    const { problems } = await onboard("qa", { environment: "prd", context: "qa-2" });
    expect(problems).toContain(`1. --environment
   got       "prd"
   expected  stg, as the stack files have it: onboard changes nothing there
   paste     # leave out --environment`);
    expect(problems).toContain("2. --context");
  });

  it("is written to its end where only its own file was", async () => {
    writeFileSync(fileOf("ops"), readFileSync(join(REPOSITORY, "Pulumi.ops.yaml")));
    const { lines, problems } = await onboard("qa", first);
    expect(problems).toBe("");
    expect(lines.map(([stack]) => stack)).toEqual(["ops"]);
  });

  it("does not come back by itself once it was shut out", async () => {
    edit("ops", (text) => text.replace("qa: { tenant: qa,", "qa: { tenant: qa, revoked: true,"));
    const { problems } = await onboard("qa", {});
    expect(problems).toContain("heliograph:hub.edges.qa.revoked of stack ops");
    expect(problems).toContain("keyGeneration: 2");
  });

  it("keeps its name for itself", async () => {
    edit("qa", (text) => text.replace("name: qa", "name: other"));
    expect((await onboard("qa", {})).problems).toContain("expected  qa, like the stack");
    expect(
      (await onboard("other", { environment: "stg", context: "qa-2", retentionDays: "1" }))
        .problems,
    ).toContain("heliograph:edge.name of stack qa");
  });
});

describe("on a terminal", () => {
  it("asks for what no option says, and suggests what is usual", async () => {
    const asked: Record<string, string | undefined> = {};
    const { answers, problems } = await onboard(
      "qa",
      { region: "here" },
      async ({ key }, _, suggestion) => {
        asked[key] = suggestion;
        return { like: "prd", environment: "prd" }[key as string] ?? suggestion;
      },
    );
    expect(problems).toBe("");
    expect(asked).toEqual({
      like: undefined,
      environment: undefined,
      tenant: "qa",
      retentionDays: "365",
      context: "qa",
      activeSeries: "880000",
      outage: "12h",
    });
    expect(answers).toMatchObject({
      hub: "ops",
      cell: "main",
      region: "here",
      environment: "prd",
      tenant: "qa",
    });
  });
});

describe("makePassphrase", () => {
  beforeEach(() => vi.stubEnv("HELIOGRAPH_PASSPHRASES", folder));

  it("makes one for a new stack, for its owner alone, and not a second time", () => {
    const file = makePassphrase(folder, "dev") ?? "";
    expect(readFileSync(file, "utf8").length).toBeGreaterThan(40);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(makePassphrase(folder, "dev")).toBeUndefined();
  });

  it("makes none where it would be of no use", () => {
    edit("dev", (text) => `encryptionsalt: v1:abc\n${text}`);
    expect(makePassphrase(folder, "dev")).toBeUndefined();
    vi.stubEnv("HELIOGRAPH_PASSPHRASES", "");
    expect(makePassphrase(folder, "stg")).toBeUndefined();
  });
});
