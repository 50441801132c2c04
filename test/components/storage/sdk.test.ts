/**
 * Proves: importing the library loads no cloud's SDK, nor does using a bucket that exists, and
 * making one loads that of its cloud alone, and of that a part. In a process of its own, by the
 * compiler with which Pulumi starts the program.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PROGRAM = `
  require("tsx/cjs");
  const pulumi = require("@pulumi/pulumi");
  pulumi.runtime.setMocks({ call: () => ({}), newResource: ({ name, inputs }) => ({ id: name, state: inputs }) });
  const { ObjectStoreBucket } = require("./components/index.ts");
  const { EVERYTHING, LEAST } = require("./test/components/storage/buckets.ts");
  const pods = { namespace: "hub", kubernetesServiceAccount: "mimir-main" };
  const loaded = () => {
    const files = Object.keys(require.cache).flatMap((file) => /@pulumi.(aws|gcp|azure-native)[/]/.exec(file)?.slice(1) ?? []);
    return [...new Set(files)].map((sdk) => [sdk, files.filter((other) => other === sdk).length]);
  };
  const steps = [loaded()];
  const make = (cloud, args) => {
    new ObjectStoreBucket(cloud + steps.length, { [cloud]: args, ...pods });
    steps.push(loaded());
  };
  make("s3Compatible", { create: { bucket: "metrics", endpoint: "minio:9000", accessKeyId: "a", secretAccessKey: "b" } });
  make("gcs", { existing: { bucket: "metrics", serviceAccount: "hub@contoso-ops.iam.gserviceaccount.com" } });
  for (const cloud of ["azure", "gcs", "s3"]) make(cloud, { create: LEAST[cloud] });
  const Module = require("node:module");
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) => {
    if (request !== "@pulumi/aws/eks") return resolve(request, ...rest);
    throw Object.assign(new Error("no such module"), { code: "MODULE_NOT_FOUND" });
  };
  let missing;
  try {
    make("s3", { create: { ...EVERYTHING.s3, expireAfterDays: undefined } });
  } catch (error) {
    missing = error.message;
  }
  console.log(JSON.stringify({ steps, missing }));
`;

it(
  "loads a cloud's SDK when a bucket is made there, and says what to install where it is missing",
  { timeout: 60_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--eval", PROGRAM]);
    const { steps, missing } = JSON.parse(stdout) as {
      steps: [sdk: string, files: number][][];
      missing: string;
    };
    expect(steps.map((loaded) => loaded.map(([sdk]) => sdk).sort())).toEqual([
      [],
      [],
      [],
      ["azure-native"],
      ["azure-native", "gcp"],
      ["aws", "azure-native", "gcp"],
    ]);
    // The whole of one has hundreds.
    for (const [, files] of steps.at(-1) ?? []) expect(files).toBeLessThan(50);
    const { version } = createRequire(__filename)("@pulumi/aws/package.json") as {
      version: string;
    };
    expect(missing).toBe(`Bucket by @pulumi/aws: 1 problem

1. node_modules
   got       nothing
   expected  @pulumi/aws, which makes buckets of this provider
   paste     npm install @pulumi/aws@^${version}`);
  },
);
