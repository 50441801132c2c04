/**
 * Proves: Pulumi's own analyzer, which makes SDKs of other languages, takes every component that
 * the package exports: arguments are named interfaces, without unions, functions and inline types.
 * Does not prove: that those SDKs read well.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { afterAll, describe, expect, test } from "vitest";

const repository = join(__dirname, "../..");
const entry = join(repository, "components/index.ts");

const COMPONENTS = [
  "EdgeAgent",
  "HubObservability",
  "MtlsPki",
  "ObjectStoreBucket",
  "PkiAuthority",
  "PkiIdentity",
  "PkiQueryIdentity",
];

const folder = mkdtempSync(join(tmpdir(), "heliograph-analyzer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: join(repository, "tsconfig.json"),
    compilerOptions: { typeRoots: [join(repository, "node_modules/@types")], types: ["node"] },
    include: [],
    files: [entry],
  }),
);

describe("the analyzer takes", () => {
  test.each(COMPONENTS)("%s", (name) => {
    const manifest = { exports: { ".": entry } };
    const analyzer = new Analyzer(folder, "heliograph", manifest, new Set([name]));
    const { components } = analyzer.analyze();
    expect(Object.keys(components)).toEqual([name]);
  });
});
