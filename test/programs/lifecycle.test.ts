/**
 * Proves: what somebody changes by hand in a cloud, verify learns from the real engine, whichever
 * the cloud is, and says; the command that it names puts it right. The clouds are folders
 * (`test/recorded/cloud.ts`), so: Does not prove what the official providers tell of the clouds.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CLOUD_BUCKETS, clouds, type Cloud } from "../../lab/bench/clouds/buckets";
import { installPlugin } from "../../lab/plugins/index";
import { Engine } from "../recorded/engine";

const repository = resolve(__dirname, "../..");
const recorded = join(repository, "test/recorded/first-light");

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start(repository, recorded);
  const entryPoint = join(repository, "test/recorded/cloud.ts");
  for (const cloud of clouds)
    await installPlugin(`pulumi-resource-${cloud}`, entryPoint, join(engine.folder, "bin"));
});
afterAll(() => engine.stop());

/** A cluster that does not answer. */
const KUBECONFIG = JSON.stringify({
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
  contexts: [{ name: "ops", context: { cluster: "none", user: "none" } }],
  users: [{ name: "none", user: {} }],
});

/** What verify says of the hub's buckets; everything else fails. */
function verified() {
  writeFileSync(join(engine.folder, "none"), KUBECONFIG);
  const { output } = engine.npmRun(repository, "verify", "--json", "--timeout", "1s");
  const { hubs } = JSON.parse(output.slice(output.indexOf("{"))) as {
    hubs: { checks: { name: string; status: string; detail: string; next?: string }[] }[];
  };
  rmSync(join(engine.folder, "none"));
  const found = hubs[0]?.checks.find(({ name }) => name === "lifecycle");
  return found && { status: found.status, detail: found.detail, next: found.next };
}

/** In the cloud, by hand. */
function change(resource: string, before: string, after: string): void {
  const file = join(engine.folder, "cloud", `${resource}.json`);
  const text = readFileSync(file, "utf8");
  expect(text).toContain(before);
  writeFileSync(file, text.replace(before, after));
}

const CASES = {
  aws: ["hub-bucket-main-metrics-lifecycle", "rule expired: expiration.days should be 400, is 30"],
  gcp: ["hub-bucket-main-metrics-bucket", "rule Delete: condition.age should be 400, is 30"],
  "azure-native": [
    "hub-bucket-main-metrics-lifecycle",
    "rule expired: definition.actions.baseBlob.delete.daysAfterModificationGreaterThan should be 400, is 30",
  ],
} as const;

/** Brings a hub up whose bucket is made in a cloud. */
function bringUp(cloud: Cloud): void {
  const { provider, create } = CLOUD_BUCKETS[cloud]("metrics");
  const bucket = JSON.stringify({
    provider,
    create: { ...create, coldAfterDays: 60, expireAfterDays: 400 },
  });
  const text = readFileSync(join(recorded, "Pulumi.ops.yaml"), "utf8");
  const file = join(engine.project, "Pulumi.ops.yaml");
  writeFileSync(
    file,
    text.replace(/bucket:\n +provider: azure\n[^]*?clientId: \S+/, `bucket: ${bucket}`),
  );
  engine.pulumi("ops", "stack", "init");
  engine.pulumi("ops", "up", "--yes", "--skip-preview");
}

afterEach(() => void engine.pulumi("ops", "stack", "rm", "--force", "--yes", "--preserve-config"));

test.each(clouds)("%s: a rule changed by hand is told", { timeout: 240_000 }, (cloud) => {
  bringUp(cloud);
  const [resource, difference] = CASES[cloud];
  change(resource, "400", "30");
  const next = `pulumi up --refresh --stack ops --target '**::${resource}'`;
  expect(verified()).toEqual({
    status: "failed",
    detail: `hub-bucket-main-metrics: ${difference}`,
    next,
  });
});

test(
  "what is as deployed is well, and what is not is put right by the command that is named",
  { timeout: 240_000 },
  () => {
    bringUp("aws");
    expect(verified()).toEqual({ status: "passed", detail: "as deployed: 1 bucket" });
    const [resource] = CASES.aws;
    rmSync(join(engine.folder, "cloud", `${resource}.json`));
    expect(verified()).toMatchObject({
      status: "failed",
      detail: "hub-bucket-main-metrics: it is gone",
    });
    engine.pulumi(
      "ops",
      "up",
      "--refresh",
      "--target",
      `**::${resource}`,
      "--yes",
      "--skip-preview",
    );
    expect(verified()).toMatchObject({ status: "passed" });
  },
);
