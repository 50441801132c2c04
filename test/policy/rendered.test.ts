/**
 * Proves: every object of every committed stack, rendered as it will be once all edges are
 * connected, keeps to the policies. Does not prove: that the API server takes them;
 * test/programs/objects.test.ts does.
 */
import { expect, test } from "vitest";
import { openProject } from "../../src/cli/project";
import { renderStacks } from "../../src/cli/commands/render/render-stack";
import { violations, type KubernetesObject } from "./policies";

test("every rendered object keeps to every policy", async () => {
  const project = openProject();
  const stacks = await renderStacks(project, project.stacks);
  expect(stacks.map(({ stack }) => stack).sort()).toEqual(["dev", "ops", "prd", "stg"]);
  for (const { stack, objects } of stacks) {
    expect(objects.length).toBeGreaterThan(20);
    const found = violations(
      objects.map(({ manifest }) => manifest as unknown as KubernetesObject),
    );
    expect({ stack, found }).toEqual({ stack, found: [] });
  }
});
