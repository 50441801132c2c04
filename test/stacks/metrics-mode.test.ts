/**
 * Proves: an edge that is to keep its metrics, or to send them again, goes on as it is until its
 * hub has followed; nothing of it is taken away meanwhile. Does not prove: that `up` gets it there;
 * the lab's scenario `thanos-edge` does.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import { openProject } from "../../src/cli/project";
import { renderStack } from "../../src/cli/commands/render/render-stack";
import { hubSections } from "../config/settings";

const folder = mkdtempSync(join(tmpdir(), "heliograph-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const kept = {
  mode: "thanos",
  bucket: {
    provider: "s3",
    existing: { bucket: "edges", region: "me-central-1", podIdentity: true },
  },
  query: { host: "query.dev.example.com" },
};
const query = "query.dev.example.com:10901";

/** What is deployed to dev's cluster, and what its stack says. */
async function edge(metrics: object | undefined, asked: string | undefined) {
  const { cluster, hub } = hubSections();
  const edges = { dev: { tenant: "dev", environment: "dev", region: "uaenorth", query: asked } };
  const files = {
    ops: {
      "heliograph:cluster": cluster,
      "heliograph:hub": { ...hub, edges, globalQuery: { replicas: 1 } },
    },
    dev: {
      "heliograph:cluster": { context: "dev" },
      "heliograph:edge": {
        name: "dev",
        hub: { fromStack: "organization/heliograph/ops" },
        metrics,
      },
    },
  };
  for (const [stack, config] of Object.entries(files))
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), toYaml({ config }));
  const { objects, outputs } = await renderStack(openProject(folder), "dev");
  return { objects: objects.map(({ redacted }) => redacted), outputs };
}

const names = (objects: readonly object[]) =>
  (objects as { kind: string; metadata: { name: string } }[]).map(
    ({ kind, metadata }) => `${kind} ${metadata.name}`,
  );

test("what runs goes on until the hub has followed", { timeout: 60_000 }, async () => {
  const sending = await edge(undefined, undefined);
  expect(sending.outputs["next"]).toBeUndefined();

  const waiting = await edge(kept, undefined);
  expect(waiting.objects).toEqual(expect.arrayContaining(sending.objects));
  // It keeps scraping while the first one becomes what stores.
  expect(names(waiting.objects)).toContain("StatefulSet prometheus-agent-b");
  expect(names(waiting.objects).filter((name) => name.includes("thanos"))).toEqual([]);
  expect(waiting.outputs).toMatchObject({ edge: { state: "connected", query }, stored: {} });
  expect(waiting.outputs["next"]).toBe(
    `Edge dev is to keep its metrics, and its hub does not query it at ${query} yet. With heliograph:hub.globalQuery in the hub's stack file: npm run up`,
  );

  const keeping = await edge(kept, query);
  expect(names(keeping.objects)).toContain("StatefulSet thanos-compactor");
  expect(keeping.outputs).toMatchObject({ edge: { query }, stored: { kept: { edge: "dev" } } });
  expect(keeping.outputs["next"]).toBeUndefined();

  const elsewhere = await edge({ ...kept, query: { host: "elsewhere" } }, query);
  expect(names(elsewhere.objects)).toEqual(names(keeping.objects));
  expect(elsewhere.outputs["next"]).toContain("does not query it at elsewhere:10901 yet");

  const back = await edge(undefined, query);
  expect(back.objects).toEqual(sending.objects);
  expect(back.outputs["next"]).toBe(
    "Edge dev sends its metrics, and its hub queries it. Remove heliograph:hub.edges.dev.query, then: npm run up",
  );
});
