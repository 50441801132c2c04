/**
 * Proves: the tree, the sums and the files that people see, from a small program. Does not prove:
 * anything about a cluster.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { record } from "../../../src/cli/commands/render/recorder";
import { objectsOf, type Rendered } from "../../../src/cli/commands/render/render-stack";
import { showTree } from "../../../src/cli/commands/render/tree";
import { writeManifests } from "../../../src/cli/commands/render/manifests";
import { shop } from "./fixture";

async function rendered(): Promise<Rendered> {
  const references = { "organization/heliograph/ops": {} };
  const recording = await record({
    project: "heliograph",
    stack: "dev",
    config: {},
    references,
    run: shop,
  });
  const objects = objectsOf(recording);
  return { stack: "dev", ...recording, objects, notes: ["a note"], warnings: ["do this next"] };
}

describe("showTree", () => {
  it("counts, sums and says what is to be known", async () => {
    const outputs = { buffer: { agents: 1, disk: "9Gi", memory: "512Mi" } };
    const tree = showTree({ ...(await rendered()), outputs });
    expect(stripVTControlCharacters(tree).split("\n")).toEqual([
      "dev  5 objects; 3 pods: 4.5 CPU, 3264Mi memory, 30Gi disk; 1 pod on each node: 0.05 CPU, 32Mi memory",
      "└─ shop Shop  1 ConfigMap, 1 DaemonSet, 1 Namespace, 1 PrivateKey, 1 Secret, 1 StatefulSet",
      "   ├─ DaemonSet watch on each node: 0.05 CPU, 32Mi memory",
      // A large init container counts instead of the sum of the others, a sidecar together with
      // them.
      "   └─ StatefulSet store ×3: 4.5 CPU, 3264Mi memory, 30Gi disk",
      "buffer of the agent: 9Gi disk, 512Mi memory",
      "a note",
      "! do this next",
    ]);
  });
});

test("the buffer of a pair is told for each of them", async () => {
  const outputs = { buffer: { agents: 2, disk: "9Gi", memory: "512Mi" } };
  expect(showTree({ ...(await rendered()), outputs })).toContain(
    "buffer of each of the 2 agents: 9Gi disk, 512Mi memory",
  );
});

describe("writeManifests", () => {
  let out: string;
  beforeEach(async () => void (out = await mkdtemp(join(tmpdir(), "render-test-"))));
  afterEach(() => rm(out, { recursive: true }));

  it("writes one file per object, redacted", async () => {
    expect(await writeManifests(out, await rendered())).toBe(5);
    const files = await readdir(join(out, "dev"), { recursive: true });
    expect(files.filter((file) => file.endsWith(".yaml")).sort()).toEqual([
      "_cluster/namespace-shop.yaml",
      "shop/configmap-config.yaml",
      "shop/daemonset-watch.yaml",
      "shop/secret-keys.yaml",
      "shop/statefulset-store.yaml",
    ]);
    expect(await readFile(join(out, "dev/shop/secret-keys.yaml"), "utf8")).not.toContain(
      "PRIVATE KEY",
    );
  });

  it("takes away what it wrote before, and nothing of anybody else", async () => {
    const first = await rendered();
    await writeManifests(out, first);
    await writeFile(join(out, "dev/kustomization.yaml"), "resources: []\n");
    await writeManifests(out, { ...first, objects: first.objects.slice(0, 1) });
    const files = await readdir(join(out, "dev"), { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    expect(names).toHaveLength(2);
    expect(names).toContain("kustomization.yaml");
  });
});
