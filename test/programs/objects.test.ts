/**
 * Proves: a real API server takes every object of every stack, the lab's and the committed ones,
 * with strict field validation, and takes a pod of every workload under the Pod Security level of
 * its namespace; and what components take for its limit of the size of objects is its limit. Does
 * not prove: that the pods run; the lab does.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MOST_BYTES } from "../../components/kit/object-size";
import { openProject } from "../../src/cli/project";
import { renderStacks } from "../../src/cli/commands/render/render-stack";
import { kubernetesPrograms, startApiServer, type ApiServer } from "./support/api-server";

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly template?: {
      readonly metadata?: object;
      readonly spec: { readonly volumes?: readonly object[] };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

const root = resolve(__dirname, "../..");
const labProject = mkdtempSync(join(tmpdir(), "heliograph-lab-stacks-"));
let server: ApiServer;

beforeAll(async () => {
  cpSync(join(root, "lab/stacks"), labProject, { recursive: true });
  // The lab sets its store's keys as secrets of the hub's stack.
  const hub = join(labProject, "Pulumi.ops.yaml");
  const keys = "{ accessKeyId: { secure: x }, secretAccessKey: { secure: x } }";
  writeFileSync(
    hub,
    `${readFileSync(hub, "utf8")}  heliograph:secrets:\n    objectStores:\n      lab: ${keys}\n`,
  );
  server = await startApiServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(labProject, { recursive: true, force: true });
});

describe.each([
  ["the committed stacks", root],
  ["the lab's stacks", labProject],
])("%s", (_which, folder) => {
  test.each(["ops", "dev", "stg", "prd"])("%s", async (stack) => {
    const project = openProject(folder);
    const [rendered] = await renderStacks(project, [stack]);
    const objects = (rendered?.objects ?? []).map(
      ({ manifest }) => manifest as unknown as Manifest,
    );
    expect(objects.length).toBeGreaterThan(20);
    // Only what the others stand in is really made: stacks share names, and must not meet each
    // other's objects.
    const [made, asked] = [objects.filter(isGround), objects.filter((object) => !isGround(object))];
    expect(apply(made)).toEqual({ refused: [], taken: made.length });
    const pods = asked.filter(({ spec }) => spec?.template).map(podOf);
    expect(pods.length).toBeGreaterThan(1);
    expect(apply([...asked, ...pods], "--dry-run=server")).toEqual({
      refused: [],
      taken: asked.length + pods.length,
    });
  });
});

test("what is wrong is refused", () => {
  const misspelled = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "wrong", namespace: "default" },
    dat: {},
  };
  expect(apply([misspelled], "--dry-run=server").refused).toEqual([
    expect.stringContaining('unknown field "dat"'),
  ]);
});

test.each([
  ["ConfigMap", "data"],
  ["Secret", "stringData"],
])("a %s has as many bytes as a component lets it have, and no more", (kind, field) => {
  const withBytes = (count: number) => ({
    apiVersion: "v1",
    kind,
    metadata: { name: "large", namespace: "default" },
    [field]: { a: "x".repeat(count - 10), b: "x".repeat(10) },
  });
  expect(apply([withBytes(MOST_BYTES)], "--dry-run=server").refused).toEqual([]);
  expect(apply([withBytes(MOST_BYTES + 1)], "--dry-run=server").refused).toEqual([
    expect.stringContaining("Too long: may not be more than 1048576 bytes"),
  ]);
});

/** The placeholder certificates of a render are no certificates, and the API server says so. */
const PLACEHOLDERS = /failed to find any PEM data/;

function apply(
  objects: readonly object[],
  ...flags: string[]
): { refused: string[]; taken: number } {
  const args = [
    "apply",
    "--server-side",
    "--validate=strict",
    "--filename=-",
    "--output=name",
    ...flags,
  ];
  const { stdout, stderr } = spawnSync(join(kubernetesPrograms(), "kubectl"), args, {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    env: { ...process.env, KUBECONFIG: server.kubeconfig },
    encoding: "utf8",
    timeout: 60_000,
  });
  const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
  return {
    refused: lines(stderr).filter((line) => !PLACEHOLDERS.test(line)),
    taken: lines(stdout).length,
  };
}

function isGround({ kind }: Manifest): boolean {
  return kind === "Namespace" || kind === "ServiceAccount";
}

/**
 * The pod that a workload's controller would make: made by itself, it meets the admission that the
 * controller's would meet.
 */
function podOf({ metadata, spec }: Manifest): object {
  const { template, volumeClaimTemplates = [] } = spec ?? {};
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  const named = { ...template?.metadata, name: metadata.name, namespace: metadata.namespace };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: named,
    spec: { ...template?.spec, volumes: [...(template?.spec.volumes ?? []), ...claims] },
  };
}
