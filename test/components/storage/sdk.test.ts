/**
 * Proves: importing the library loads no cloud's SDK, nor does using a bucket that exists, and making one loads that of its cloud alone, and of that a part.
 * In a process of its own, by the compiler with which Pulumi starts the program.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PROGRAM = `
  require("tsx/cjs");
  const pulumi = require("@pulumi/pulumi");
  pulumi.runtime.setMocks({ call: () => ({}), newResource: ({ name, inputs }) => ({ id: name, state: inputs }) });
  const { ObjectStoreBucket } = require("./components/index.ts");
  const { LEAST } = require("./test/components/storage/buckets.ts");
  const pods = { namespace: "hub", kubernetesServiceAccount: "mimir-main" };
  const loaded = () => {
    const files = Object.keys(require.cache).flatMap((file) => /@pulumi.(aws|gcp|azure-native)[/]/.exec(file)?.slice(1) ?? []);
    return [...new Set(files)].map((sdk) => [sdk, files.filter((other) => other === sdk).length]);
  };
  const steps = [loaded()];
  const make = (provider, args) => {
    new ObjectStoreBucket(provider + steps.length, { provider, ...args, ...pods });
    steps.push(loaded());
  };
  make("s3-compatible", { create: { bucket: "metrics", endpoint: "minio:9000", accessKeyId: "a", secretAccessKey: "b" } });
  make("gcs", { existing: { bucket: "metrics", serviceAccount: "hub@contoso-ops.iam.gserviceaccount.com" } });
  for (const provider of ["azure", "gcs", "s3"]) make(provider, { create: LEAST[provider] });
  console.log(JSON.stringify(steps));
`;

it("loads a cloud's SDK when a bucket is made there", { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", PROGRAM]);
  const steps = JSON.parse(stdout) as [sdk: string, files: number][][];
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
});
