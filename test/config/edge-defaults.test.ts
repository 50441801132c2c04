/**
 * Proves: settings in Pulumi.yaml hold for every edge, a stack's file takes precedence key by key,
 * and a mistake is reported in the file that it is in.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openProject } from "../../src/cli/project";
import { renderStack } from "../../src/cli/commands/render/render-stack";
import { projectJsonSchema, stackConfigJsonSchema } from "../../src/config/json-schema";
import { fromYaml } from "../../components/kit/yaml";
import { readSettings } from "../../src/config/stack-file";
import { messageOf } from "./settings";

const project = mkdtempSync(join(tmpdir(), "heliograph-edge-defaults-"));
afterAll(() => rmSync(project, { recursive: true }));
const write = (file: string, text: string) => writeFileSync(join(project, file), text);
const bucket = `
          provider: s3-compatible
          bucket: edges
          endpoint: 10.0.0.1:9000
          credentials: lab`;
const PROJECT = `name: heliograph
runtime: nodejs
config:
  heliograph:edgeDefaults:
    value:
      hub: { fromStack: organization/heliograph/ops }
      storageClass: premium
      scrapeInterval: 23s
      traces: { gatewayReplicas: 3, slowerThan: 7s }
      logs: { drop: [{ pattern: GET /healthz }] }
      metrics:
        mode: thanos
        query: { host: query.example.com, port: 11 }
        bucket: ${bucket
          .trim()
          .replaceAll(/\n {10}/g, "\n          ")
          .replace("provider", "\n          provider")}
`;
const stack = (name: string, more = "") =>
  `config:\n  heliograph:cluster: { context: ${name} }\n  heliograph:edge:\n    name: ${name}\n${more}`;

beforeEach(() => write("Pulumi.yaml", PROJECT));

describe("an edge", () => {
  test("takes every setting that its own file does not have", () => {
    write("Pulumi.dev.yaml", stack("dev"));
    expect(readSettings(project, "dev").edge).toMatchObject({
      name: "dev",
      hub: { fromStack: "organization/heliograph/ops" },
      storageClass: "premium",
      scrapeInterval: "23s",
      traces: { gatewayReplicas: 3, slowerThan: "7s" },
      metrics: { mode: "thanos", query: { host: "query.example.com" } },
      replicas: 2,
    });
  });

  test("takes precedence key by key; its lists replace, and so does a section of another kind", () => {
    const own = [
      "    storageClass: standard",
      "    traces: { slowerThan: 5s }",
      "    logs: { drop: [{ pattern: ping }] }",
      "    metrics: { query: { host: query.stg.example.com } }",
    ];
    write("Pulumi.stg.yaml", stack("stg", `${own.join("\n")}\n`));
    const { edge } = readSettings(project, "stg");
    expect(edge).toMatchObject({
      storageClass: "standard",
      scrapeInterval: "23s",
      traces: { gatewayReplicas: 3, slowerThan: "5s" },
      metrics: { mode: "thanos", query: { host: "query.stg.example.com", port: 11 } },
    });
    expect(edge?.logs.drop).toEqual([{ pattern: "ping" }]);
    write("Pulumi.stg.yaml", stack("stg", "    metrics: { mode: agent }\n"));
    expect(readSettings(project, "stg").edge?.metrics).toEqual({ mode: "agent" });
  });

  test("is not named by them, and the edge of the hub refers to no other hub", () => {
    const hub = `  heliograph:hub:
    gateway: { host: ingest.example.com }
    cells: { main: { region: r, metrics: { bucket: { provider: gcs, existing: { bucket: metrics, serviceAccount: h@project-1.iam.gserviceaccount.com } } } } }
    tenants: { ops: { retentionDays: 30 } }
    edges: { ops: { tenant: ops, environment: ops, region: r } }
`;
    write("Pulumi.ops.yaml", stack("ops", hub));
    const { edge } = readSettings(project, "ops");
    expect(edge).toMatchObject({ storageClass: "premium", metrics: { mode: "agent" } });
    expect(edge?.hub).toBeUndefined();
  });
});

test("forty edges are forty short files", async () => {
  write("Pulumi.yaml", PROJECT.slice(0, PROJECT.indexOf("      metrics:")));
  const names = Array.from({ length: 40 }, (_, index) => `edge-${index}`);
  for (const name of names) write(`Pulumi.${name}.yaml`, stack(name));
  const { objects, resources } = await renderStack(openProject(project), "edge-39");
  expect(resources.some(({ type }) => type === "heliograph:index:MtlsPki")).toBe(true);
  expect(objects).toEqual([]);
  for (const name of names) rmSync(join(project, `Pulumi.${name}.yaml`));
});

const mistakes: Readonly<Record<string, readonly [project: string, stack: string]>> = {
  "in-the-project": [
    PROJECT.replace("23s", "soon").replace("gatewayReplicas", "gatewayReplica"),
    "",
  ],
  "in-the-stack": [PROJECT, "    scrapeInterval: soon\n"],
  contradiction: [PROJECT.replace("port: 11 }", "port: 11, nodePort: 30901 }"), ""],
  "name-of-one-edge": [PROJECT.replace("storageClass: premium", "name: dev"), ""],
  "without-value": [PROJECT.replace("    value:\n", ""), ""],
  "no-yaml": [PROJECT.replace("value:", "value: {"), ""],
};

test.each(Object.entries(mistakes))(
  "a mistake is reported where it is: %s",
  async (name, texts) => {
    const [shared, own] = texts;
    write("Pulumi.yaml", shared);
    write("Pulumi.dev.yaml", stack("dev", own));
    await expect(messageOf(() => readSettings(project, "dev"))).toMatchFileSnapshot(
      join(__dirname, "messages", `edge-defaults-${name}.txt`),
    );
  },
);

test("the schemas for editors take both files", () => {
  const ajv = new Ajv({ strict: false, logger: false });
  const [project, stackFile] = [projectJsonSchema(), stackConfigJsonSchema()].map((schema) =>
    ajv.compile(schema),
  );
  const takes = (schema: typeof project, text: string) => schema?.(fromYaml(text));
  expect(takes(project, PROJECT)).toBe(true);
  expect(takes(project, PROJECT.replace("storageClass", "storageclass"))).toBe(false);
  expect(takes(project, PROJECT.replace("hub:", "name: dev\n      hub:"))).toBe(false);
  const part = "    metrics: { query: { host: query.stg.example.com } }\n";
  expect(takes(stackFile, stack("stg", part))).toBe(true);
  expect(takes(stackFile, stack("stg", "    metric: {}\n"))).toBe(false);
});
