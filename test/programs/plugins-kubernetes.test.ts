/**
 * The kubernetes stand-in between the real Pulumi engine and a real API server: objects and their
 * changes.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  configMap,
  inWeb,
  namespace,
  startDeclaredCluster,
  workload,
} from "./support/declared-cluster";
import type { DeclaredCluster } from "./support/declared-cluster";
import type { Declaration, Declarations, Kubectl, Stack } from "./support/pulumi";

/** Each test runs the real CLI several times, two seconds each on a machine at rest. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let cluster: DeclaredCluster;
let kubectl: Kubectl;
let stack: Stack;

beforeAll(async () => {
  cluster = await startDeclaredCluster();
  ({ kubectl, stack } = cluster);
});
afterAll(() => cluster?.stop());

describe("a first update", () => {
  const secret: Declaration = {
    type: "kubernetes:core/v1:Secret",
    properties: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: inWeb("token"),
      stringData: { token: "not-for-the-state" },
    },
    dependsOn: ["namespace"],
  };
  const resources: Declarations = {
    namespace,
    key: {
      type: "tls:index/privateKey:PrivateKey",
      properties: { algorithm: "ECDSA", ecdsaCurve: "P256" },
    },
    settings: configMap({ color: "green", key: { $output: "key.privateKeyPem" } }),
    password: configMap({ password: { $secret: "also-not-for-the-state" } }, "password"),
    secret,
  };

  it("is previewed with values that are not known yet", async () => {
    await stack.declare(resources);
    const steps = await stack.preview();
    expect(steps.map(({ op, name }) => `${op} ${name}`).sort()).toEqual(
      ["cluster", "key", "namespace", "password", "secret", "settings", "tryout-test"].map(
        (name) => `create ${name}`,
      ),
    );
  });

  it("creates everything, and the second changes nothing", async () => {
    expect(await stack.up()).toMatchObject({ ok: true });
    const live = kubectl.get<{ data: Record<string, string> }>(
      "configmap",
      "settings",
      "--namespace",
      "web",
    );
    expect(live.data["key"]).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
    expect(await stack.preview()).toEqual([]);
    const second = await stack.up();
    expect(second.output).toMatch(/Resources:\n\s+7 unchanged\n/);
  });

  it("leaves no secret in the state, neither in inputs nor in what the API server returned", async () => {
    const { text } = await stack.state();
    for (const value of ["not-for-the-state", "also-not-for-the-state", "EC PRIVATE KEY"]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString("base64").slice(0, 16));
    }
    expect(kubectl.get<{ data: object }>("secret", "token", "--namespace", "web").data).toEqual({
      token: Buffer.from("not-for-the-state").toString("base64"),
    });
  });
});

describe("changes", () => {
  it("of a ConfigMap replace it, unless the provider is told that it is mutable", async () => {
    const changed = { namespace, settings: configMap({ color: "red" }) };
    await stack.declare({ namespace, settings: configMap({ color: "green", shape: "round" }) });
    expect(await stack.up()).toMatchObject({ ok: true });
    await stack.declare(changed);
    expect(await stack.preview()).toMatchObject([
      {
        op: "replace",
        name: "settings",
        diff: { "data.color": "update-replace", "data.shape": "delete-replace" },
      },
    ]);
    await stack.declare(changed, { enableConfigMapMutable: true });
    const steps = await stack.preview();
    expect(steps.find(({ name }) => name === "settings")).toEqual({
      op: "update",
      name: "settings",
      diff: { "data.color": "update", "data.shape": "delete" },
    });
    const before = kubectl.get<{ metadata: { uid: string } }>(
      "configmap",
      "settings",
      "--namespace",
      "web",
    );
    expect(await stack.up()).toMatchObject({ ok: true });
    const after = kubectl.get<{ data: object; metadata: object }>(
      "configmap",
      "settings",
      "--namespace",
      "web",
    );
    expect(after).toMatchObject({ data: { color: "red" }, metadata: { uid: before.metadata.uid } });
    expect(after.data).not.toHaveProperty("shape");
  });

  it("that the API server would refuse fail the preview, strictly", async () => {
    const wrong = configMap({ color: "red" });
    const properties = { ...wrong.properties, dta: { color: "red" } };
    await stack.declare(
      { namespace, settings: { ...wrong, properties } },
      { enableConfigMapMutable: true },
    );
    await expect(stack.preview()).rejects.toThrow(
      /The API server refused ConfigMap web\/settings: .*\.dta: field not declared in schema/,
    );
  });

  it("made by others are seen by a refresh and undone by the next update", async () => {
    await stack.declare({
      namespace,
      settings: configMap({ color: "red" }),
      demo: workload("Deployment", { replicas: 0 }),
    });
    expect(await stack.up()).toMatchObject({ ok: true });
    kubectl.run(
      "patch",
      "configmap",
      "settings",
      "--namespace",
      "web",
      "--patch",
      '{"data":{"color":"blue","more":"x"}}',
    );
    expect(await stack.refresh()).toMatchObject({ ok: true });
    const steps = await stack.preview();
    expect(steps).toEqual([
      { op: "replace", name: "settings", diff: { "data.color": "update-replace" } },
    ]);
    kubectl.run("delete", "configmap", "settings", "--namespace", "web");
    expect(await stack.refresh()).toMatchObject({ ok: true });
    expect(await stack.preview()).toMatchObject([{ op: "create", name: "settings" }]);
    expect(await stack.up()).toMatchObject({ ok: true });
    expect(kubectl.get("configmap", "settings", "--namespace", "web")).toMatchObject({
      data: { color: "red" },
    });
  });
});

describe("objects that the stack did not make", () => {
  it("are left alone, imported, or taken over if the provider is told to", async () => {
    kubectl.run("create", "configmap", "found", "--namespace", "web", "--from-literal=color=old");
    const resources = { namespace, found: configMap({ color: "new" }, "found") };
    await stack.declare(resources);
    const refused = await stack.up();
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain(
      "ConfigMap web/found exists already, but not in the state of this stack.",
    );
    await stack.declare(resources, { upsertExistingObjects: true });
    expect(await stack.up()).toMatchObject({ ok: true });
    expect(kubectl.get("configmap", "found", "--namespace", "web")).toMatchObject({
      data: { color: "new" },
    });
  });

  it("can be imported as they are", async () => {
    kubectl.run(
      "create",
      "configmap",
      "imported",
      "--namespace",
      "web",
      "--from-literal=color=old",
    );
    const target = ["kubernetes:core/v1:ConfigMap", "imported", "web/imported"];
    const options = [
      "--yes",
      "--generate-code=false",
      "--protect=false",
      "--provider",
      `cluster=${(await cluster.recorded("cluster"))?.urn}`,
    ];
    const imported = await stack.run(["import", ...target, ...options, "--stack", "test"]);
    expect(imported).toMatchObject({ ok: true });
    expect(await cluster.recorded("imported")).toMatchObject({
      id: "web/imported",
      inputs: { data: { color: "old" }, metadata: { name: "imported", namespace: "web" } },
    });
  });
});

describe("custom resources", () => {
  const definition: Declaration = {
    type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    properties: {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "signals.heliograph.dev" },
      spec: {
        group: "heliograph.dev",
        scope: "Cluster",
        names: { kind: "Signal", plural: "signals", singular: "signal" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true },
            },
          },
        ],
      },
    },
  };
  const signal: Declaration = {
    type: "kubernetes:heliograph.dev/v1:Signal",
    properties: {
      apiVersion: "heliograph.dev/v1",
      kind: "Signal",
      metadata: { name: "first" },
      flashes: 3,
    },
    dependsOn: ["definition"],
  };

  it("are made in one update with their definition", async () => {
    await stack.declare({ namespace, definition, signal });
    expect(await stack.preview()).toContainEqual({ op: "create", name: "signal", diff: {} });
    expect(await stack.up()).toMatchObject({ ok: true });
    expect(kubectl.get("signals.heliograph.dev", "first")).toMatchObject({ flashes: 3 });
    expect(await stack.preview()).toEqual([]);
  });
});

describe("an API server that cannot be reached", () => {
  it("does not prevent a preview, but an update, in plain words", async () => {
    await stack.declare({ namespace, settings: configMap({ color: "red" }) });
    const unreachable = { KUBECONFIG: join(stack.folder, "no-kubeconfig") };
    expect(await stack.preview(unreachable)).toContainEqual({
      op: "create",
      name: "settings",
      diff: {},
    });
    const update = await stack.up(unreachable);
    expect(update.ok).toBe(false);
    expect(update.output).toContain("no-kubeconfig");
  });
});
