/**
 * Proves: what first light deployed (test/recorded/first-light, recorded from its own run) is taken
 * over by today's program: the real engine previews it without replacing or deleting anything, and
 * without restarting an agent, which would skip what it has not sent. Does not prove: what the
 * official `kubernetes` plugin says (the lab's stand-in compares, by the official table of what
 * cannot change), nor that a cluster takes the changes; nothing is applied.
 */
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine, STACKS } from "../recorded/engine";

const repository = resolve(__dirname, "../..");
const recorded = join(repository, "test/recorded/first-light");

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Record<string, { readonly kind: string }> | null;
}

interface Plan {
  readonly steps: readonly Step[];
  readonly changeSummary: { readonly same: number };
}

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start(repository, recorded);
  for (const stack of STACKS) engine.restore(stack, join(recorded, `${stack}.json`));
});
afterAll(() => engine.stop());

test.each(STACKS)("%s: nothing is replaced or deleted, and no agent restarts", (stack) => {
  const { steps, changeSummary } = JSON.parse(engine.pulumi(stack, "preview", "--json")) as Plan;
  const changes = steps.filter(({ op }) => op !== "same" && op !== "read");
  console.log(`${stack}, first light to now:\n${changes.map(describe).sort().join("\n")}`);
  expect(changeSummary.same).toBeGreaterThan(30);
  expect(changes.filter(({ op }) => op !== "create" && op !== "update").map(describe)).toEqual([]);
  expect(changes.filter(restartsAgent).map(describe)).toEqual([]);
});

function describe({ op, urn, detailedDiff }: Step): string {
  const properties = Object.keys(detailedDiff ?? {}).join(", ");
  return `  ${op} ${urn.split("::").slice(2).join(" ")} ${properties}`.trimEnd();
}

function restartsAgent({ urn, detailedDiff }: Step): boolean {
  return (
    /StatefulSet::edge-prometheus-agent$/.test(urn) &&
    Object.keys(detailedDiff ?? {}).some((path) => path.startsWith("spec.template"))
  );
}
