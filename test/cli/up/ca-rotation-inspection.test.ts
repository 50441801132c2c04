/**
 * Proves: how far edges are in a replacement of the CA is read from the contract's real
 * certificates; edges are looked at only while there is one. Does not prove: that the engine keeps
 * outputs so; the lab's scenario `rotation` does.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openProject } from "../../../src/cli/project";
import { inspectRotation } from "../../../src/cli/commands/up/ca-rotation";
import { edgeApplicant, generation, type Generation } from "../../programs/support/authority";
import { contractOf, entryOf } from "../verify/fakes";

const entry = (name: string) => `      ${name}: { tenant: t, environment: ${name}, region: r }\n`;
const hubFile = (authority: string) => `config:
  heliograph:cluster: { context: ops }
  heliograph:hub:
    gateway: { host: hub }
    authority: ${authority}
    cells:
      main:
        region: r
        metrics: { bucket: { provider: s3, existing: { bucket: metrics, region: me-central-1, podIdentity: true } } }
    tenants: { t: { retentionDays: 1 } }
    edges:
${["dev", "prd", "lost", "qa"].map(entry).join("")}`;
const edgeFile = (name: string) => `config:
  heliograph:cluster: { context: ${name} }
  heliograph:edge: { name: ${name}, hub: { fromStack: organization/heliograph/ops } }
`;

let folder: string;
let cas: Generation[];
let leaf: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotation-test-"));
  for (const name of ["dev", "prd", "lost"])
    await writeFile(join(folder, `Pulumi.${name}.yaml`), edgeFile(name));
  cas = await Promise.all([generation(1), generation(2)]);
  leaf = (await cas[0]!.sign(await edgeApplicant("dev"))).cert;
});
afterAll(() => rm(folder, { recursive: true }));

const state = (outputs: Record<string, unknown>) => ({
  outputs,
  resources: 1,
  creating: [],
  certificates: [],
  buckets: [],
});
const edge = (name: string, runsWith?: object) =>
  state({
    edge: { contractVersion: 1, name, keyGeneration: 1, request: "", state: "connected", runsWith },
  });

/** The hub is deployed with two generations; `lost` is revoked, `qa` has its stack elsewhere. */
async function look(authority: string, states: Record<string, ReturnType<typeof state>>) {
  await writeFile(join(folder, "Pulumi.ops.yaml"), hubFile(authority));
  const signed = entryOf("t", { certificate: leaf });
  const contract = {
    ...contractOf({ dev: signed, prd: signed, qa: signed, lost: { ...signed, state: "revoked" } }),
    trustBundle: cas.map(({ cert }) => cert),
    authority: { trusted: [1, 2], signing: 1, renewBeforeDays: 90 },
  };
  const read: string[] = [];
  const workspaces = {
    states: async (names: readonly string[]) => {
      read.push(...names);
      return new Map(names.map((name) => [name, states[name]]));
    },
  };
  return {
    lines: await inspectRotation(openProject(folder), workspaces, "ops", state({ hub: contract })),
    read,
  };
}

it("lets a generation sign once every edge that counts trusts it", async () => {
  const ready = { certificate: leaf, trustBundle: cas.map(({ cert }) => cert) };
  const { lines } = await look("{ trusted: [1, 2], signing: 2 }", {
    dev: edge("dev", ready),
    prd: edge("prd", ready),
    lost: edge("lost"),
  });
  expect(lines[0]).toContain("phase 2 of 3");
  expect(lines[1]).toContain("qa cannot be seen from here");
});

it("names those that do not, and those that do not say", async () => {
  const former = { certificate: leaf, trustBundle: [cas[0]!.cert] };
  const states = { dev: edge("dev", former), prd: edge("prd"), lost: edge("lost") };
  await expect(look("{ trusted: [1, 2], signing: 2 }", states)).rejects.toThrow(
    "do not trust CA 2 yet: dev, prd\n",
  );
  // Nobody runs with a certificate of the second generation, as far as they say.
  await expect(look("{ trusted: [1], signing: 1 }", states)).rejects.toThrow(
    "certificates of CA 2: prd\n",
  );
});

it("reads no state where no CA is being replaced", async () => {
  const contract = { ...contractOf({}), trustBundle: [cas[0]!.cert] };
  await writeFile(join(folder, "Pulumi.ops.yaml"), hubFile("{ trusted: [1], signing: 1 }"));
  const workspaces = { states: () => Promise.reject(new Error("a state was read")) };
  expect(
    await inspectRotation(openProject(folder), workspaces, "ops", state({ hub: contract })),
  ).toEqual([]);
});
