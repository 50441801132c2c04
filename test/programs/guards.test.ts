/**
 * Proves: the real engine, with the plain `pulumi preview` and `pulumi up`, knows what a stack has
 * stored, from its own last outputs: a change that leaves data behind is refused before anything is
 * made, a refused update forgets nothing, and the line that the message names lets it through. Does
 * not prove: that nothing else leaves data behind (`pulumi destroy` runs no program, so it asks
 * nobody).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine } from "../recorded/engine";

const repository = resolve(__dirname, "../..");
const recorded = join(repository, "test/recorded/first-light");

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start(repository, recorded);
  engine.restore("ops", join(recorded, "ops.json"));
});
afterAll(() => engine.stop());

/** Runs something while the stack's file has another text in a place. */
function changed<T>(before: string, after: string, run: () => T): T {
  const file = join(engine.project, "Pulumi.ops.yaml");
  const text = readFileSync(file, "utf8");
  expect(text).toContain(before);
  writeFileSync(file, text.replace(before, after));
  try {
    return run();
  } finally {
    writeFileSync(file, text);
  }
}

const up = () => engine.attempt("ops", "up", "--yes", "--skip-preview");
const preview = () => engine.attempt("ops", "preview");
const stored = () => JSON.parse(engine.pulumi("ops", "stack", "output", "stored", "--json"));

const otherBucket = ["container: metrics", "container: elsewhere"] as const;
const accept = [
  "    tenants:",
  '    acceptStranding: ["cells.main.metrics.bucket"]\n    tenants:',
] as const;

test("of first light, which recorded less, tenants, cells and edges are known", () => {
  const { code, output } = changed("tenant: dev\n", "tenant: stg\n", preview);
  expect(code).not.toBe(0);
  expect(output).toContain("1. edges.dev.tenant");
});

test("a larger disk is not a replacement: the preview says by which commands it grows", () => {
  const { code, output } = changed("diskSize: 100Gi", "diskSize: 200Gi", preview);
  expect(code).toBe(0);
  expect(output).not.toMatch(/StatefulSet +hub-mimir-main +replace/);
  expect(output).toContain("The disk of mimir-main has 100Gi, and 200Gi is asked for.");
  expect(output).toContain("patch pvc data-mimir-main-0");
});

test("what an update has stored is not left behind", { timeout: 240_000 }, () => {
  expect(up()).toMatchObject({ code: 0 });
  expect(stored().hub.cells.main).toMatchObject({
    bucket: "azure contosoheliograph/metrics",
    diskSize: "100Gi",
  });

  for (const run of [preview, up]) {
    const { code, output } = changed(...otherBucket, run);
    expect(code).not.toBe(0);
    expect(output).toContain("was       azure contosoheliograph/metrics\n");
    expect(output).toContain(
      'accept    heliograph:hub.acceptStranding: ["cells.main.metrics.bucket"]',
    );
  }
  expect(stored().hub.cells.main.bucket).toBe("azure contosoheliograph/metrics");

  changed(...otherBucket, () => changed(...accept, () => expect(up()).toMatchObject({ code: 0 })));
  expect(stored().hub.cells.main.bucket).toBe("azure contosoheliograph/elsewhere");
  const { code, output } = changed(...otherBucket, () => changed(...accept, preview));
  expect(code).toBe(0);
  expect(output).toContain(
    "acceptStranding names what no change needs any more. Remove: cells.main.metrics.bucket",
  );
});
