/**
 * Proves: the shipped jobs run the command that exists, with no more rights than it needs.
 * Does not prove: that GitHub or a cluster runs them; neither can be had in tests.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cli } from "../../src/cli/main";
import { version as pulumi } from "@pulumi/pulumi/package.json";
import { violations, type KubernetesObject } from "../policy/policies";
import { recordResources, settled } from "../support/mocks";
import { parsed } from "../support/yaml";

afterEach(settled);

/** Options of `npm run up -- ...` that the command does not have. */
function unknownOptions(words: readonly string[]): string[] {
  const known = cli().commands.find((command) => command.name() === "up")?.options ?? [];
  return words.filter(
    (word) => word.startsWith("--") && word !== "--" && !known.some(({ long }) => long === word),
  );
}

test("the CronJob is a restricted pod that renews", async () => {
  const resources = recordResources();
  await import("../../examples/renew-cronjob/index.js");
  await settled();
  const job = resources.find(({ type }) => type === "kubernetes:batch/v1:CronJob")?.inputs as {
    spec: {
      jobTemplate: { spec: { template: { spec: { containers: { command: string[] }[] } } } };
    };
  };
  const { template } = job.spec.jobTemplate.spec;
  // The policies know pods of Jobs. An example is no part of what is deployed: neither its labels
  // nor its network are ours.
  const foreign = ["recommended labels", "policies for every pod"];
  const object = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "renew", namespace: "heliograph-jobs" },
  };
  const found = violations([{ ...object, spec: { template } } as unknown as KubernetesObject]);
  expect(found.filter(({ policy }) => !foreign.includes(policy))).toEqual([]);
  const { command } = template.spec.containers[0]!;
  expect(command.slice(0, 6)).toEqual(["npm", "run", "--silent", "up", "--", "--renew"]);
  expect(unknownOptions(command.slice(4))).toEqual([]);
});

test("the workflow may read the repository and nothing else, and runs pinned actions", () => {
  const workflow = parsed(
    readFileSync(join(__dirname, "../../.github/workflows/renew.yml"), "utf8"),
  );
  expect(workflow.permissions).toEqual({ contents: "read" });
  const [job, ...others] = Object.values(workflow.jobs) as {
    permissions?: object;
    steps: Step[];
  }[];
  expect([others, job?.permissions]).toEqual([[], undefined]);
  const uses = job!.steps.flatMap((step) => step.uses ?? []);
  expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  expect(job!.steps.find((step) => step.uses?.startsWith("pulumi/actions"))?.with).toEqual({
    "pulumi-version": pulumi,
  });
  const up = job!.steps.at(-1)!.run!.split(" ");
  expect(up).toEqual(["npm", "run", "--silent", "up", "--", "--renew"]);
  expect(unknownOptions(up.slice(4))).toEqual([]);
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: object;
}
