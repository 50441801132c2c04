/**
 * Proves: an edge that keeps its metrics gets from its hub's stack whom to tell, needs the secrets
 * of those alone, and says which are missing; its own section wins. Does not prove: that it tells;
 * test/programs/edge-alerting.test.ts does.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mapValues } from "../../components/kit/records";
import { toYaml } from "../../components/kit/yaml";
import { renderStack } from "../../src/cli/commands/render/render-stack";
import { openProject } from "../../src/cli/project";
import { hubSections } from "../config/settings";

const folder = mkdtempSync(join(tmpdir(), "heliograph-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const webhook = { webhook: {} };
const own = { webhook: "https://hooks.example.com/dev" };
const kept = {
  mode: "thanos",
  bucket: {
    provider: "s3",
    existing: { bucket: "edges", region: "me-central-1", podIdentity: true },
  },
  query: { host: "query.dev.example.com" },
};
const alerting = {
  receivers: { dev: webhook, prd: webhook },
  routes: [{ environments: ["prd"], receiver: "prd" }, { receiver: "dev" }],
};

/** The objects of dev's cluster. */
async function edge(
  receivers: object,
  section: object = {},
  told: { readonly receivers?: Readonly<Record<string, unknown>> } = alerting,
) {
  const { cluster, hub } = hubSections();
  const entry = { tenant: "dev", region: "uaenorth" };
  const edges = {
    dev: { ...entry, environment: "dev", query: "query.dev.example.com:10901" },
    prd: { ...entry, environment: "prd" },
  };
  const files = {
    ops: {
      "heliograph:cluster": cluster,
      "heliograph:hub": {
        ...hub,
        edges,
        globalQuery: { replicas: 1 },
        alerting: told,
        rules: {
          environments: { dev: { thresholds: { nodeCpuRatio: 0.55 } } },
          disabled: ["ContainerThrottled"],
        },
      },
      "heliograph:secrets": { receivers: mapValues(told.receivers ?? {}, () => own) },
    },
    dev: {
      "heliograph:cluster": { context: "dev" },
      "heliograph:edge": {
        name: "dev",
        hub: { fromStack: "organization/heliograph/ops" },
        metrics: kept,
        ...section,
      },
      "heliograph:secrets": { receivers },
    },
  };
  for (const [stack, config] of Object.entries(files))
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), toYaml({ config }));
  const { objects } = await renderStack(openProject(folder), "dev");
  return objects.map(({ manifest }) => manifest as unknown as Rendered);
}

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

const find = (objects: readonly Rendered[], kind: string, name: string) =>
  objects.find((each) => each.kind === kind && each.metadata.name === name);

describe("an edge that keeps its metrics", () => {
  test(
    "tells whom its hub's routes name, and holds no other secret",
    { timeout: 60_000 },
    async () => {
      const objects = await edge({ dev: own });
      expect(find(objects, "StatefulSet", "alertmanager")).toBeDefined();
      expect(find(objects, "Secret", "alertmanager-receivers")?.stringData).toEqual({
        "dev.webhook.url": own.webhook,
      });
      const config = find(objects, "ConfigMap", "alertmanager")?.data?.["alertmanager.yaml"];
      expect(config).toContain("receiver: dev");
      expect(config).not.toContain("prd");
      const rules = find(objects, "ConfigMap", "prometheus-agent")?.data?.["rules.yml"];
      expect(rules).toContain("> 0.55");
      expect(rules).not.toContain("ContainerThrottled");
    },
  );

  test("says whose secret is missing", { timeout: 60_000 }, async () => {
    const message = await edge({}).then(String, ({ message: text }: Error) => text);
    await expect(`${message}\n`).toMatchFileSnapshot(
      "messages/secret-of-a-receiver-of-the-hub.txt",
    );
  });

  test("tells its own receivers where it has some", { timeout: 60_000 }, async () => {
    const site = { receivers: { site: webhook }, routes: [{ receiver: "site" }] };
    const objects = await edge({ site: own }, { alerting: site });
    expect(find(objects, "Secret", "alertmanager-receivers")?.stringData).toEqual({
      "site.webhook.url": own.webhook,
    });
    // Thresholds are the hub's all the same.
    const rules = find(objects, "ConfigMap", "prometheus-agent")?.data?.["rules.yml"];
    expect(rules).toContain("> 0.55");
  });

  test.each([
    ["it is told not to", { alerting: { enabled: false } }, alerting],
    ["its hub tells nobody", {}, {}],
  ])("tells nobody where %s", { timeout: 60_000 }, async (_, section, told) => {
    const objects = await edge({}, section, told);
    expect(find(objects, "StatefulSet", "alertmanager")).toBeUndefined();
    expect(Object.keys(find(objects, "ConfigMap", "prometheus-agent")?.data ?? {})).toEqual([
      "prometheus.yml",
    ]);
  });
});
