import { describe, expect, it } from "vitest";
import { KubernetesProvider } from "../../lab/plugins/kubernetes/provider";
import { replacingSettings } from "../../lab/plugins/kubernetes/settings";
import { markSecrets, previewState, projectDrift } from "../../lab/plugins/kubernetes/state";
import type { CheckRequest } from "../../lab/plugins/rpc/provider";
import { Engine } from "../../lab/plugins/rpc/serve";
import { Secret, unknown } from "../../lab/plugins/rpc/values";
import type { PropertyMap } from "../../lab/plugins/rpc/values";

const provider = new KubernetesProvider(new Engine());

/** Without a cluster: what can be said, is said. */
function check(type: string, news: PropertyMap, request: Partial<CheckRequest> = {}) {
  const base = {
    urn: "urn:x",
    name: "example",
    olds: {},
    proposedName: "",
    autonamingDisabled: false,
  };
  return provider.check({ ...base, type, news, randomSeed: Buffer.from("seed"), ...request });
}
const refusal = (what: string) =>
  `This stand-in for the official Pulumi plugin "kubernetes" does not support ${what}. ` +
  "Install the official plugin for that: pulumi plugin install resource kubernetes v4.34.2";

const configMap = (metadata: PropertyMap, more: PropertyMap = {}): PropertyMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "web", ...metadata },
  ...more,
});
const configMapType = "kubernetes:core/v1:ConfigMap";

describe("what the kubernetes stand-in refuses", () => {
  it.each([
    ["kubernetes:helm.sh/v3:Release", { chart: "x" }, "the resource kubernetes:helm.sh/v3:Release"],
    ["kubernetes:kustomize/v2:Directory", {}, "the resource kubernetes:kustomize/v2:Directory"],
    ["kubernetes:yaml:ConfigFile", {}, "the resource kubernetes:yaml:ConfigFile"],
    [
      "kubernetes:apps/v1:DeploymentPatch",
      { apiVersion: "apps/v1", kind: "Deployment" },
      "the patch resource kubernetes:apps/v1:DeploymentPatch",
    ],
    [
      "kubernetes:core/v1:ConfigMapList",
      { apiVersion: "v1", kind: "ConfigMapList", items: [] },
      "the list resource kubernetes:core/v1:ConfigMapList",
    ],
  ])("%s", async (type, news, what) => {
    expect((await check(type, news)).failures).toEqual([{ property: "", reason: refusal(what) }]);
  });

  it("annotations that only the official plugin understands, but not those it knows itself", async () => {
    const annotations = {
      "pulumi.com/waitFor": "condition=Ready",
      "pulumi.com/skipAwait": "true",
      other: "x",
    };
    expect((await check(configMapType, configMap({ name: "a", annotations }))).failures).toEqual([
      {
        property: 'metadata.annotations["pulumi.com/waitFor"]',
        reason: refusal("the annotation pulumi.com/waitFor"),
      },
    ]);
  });

  it("provider settings that it does not have", () => {
    const settings = {
      context: "dev",
      kubeconfig: "",
      version: "4.34.2",
      enableServerSideApply: "true",
    };
    expect(provider.checkConfig(settings)).toEqual([]);
    const wrong = {
      renderYamlToDirectory: "out",
      enableServerSideApply: "false",
      deleteUnreachable: "false",
    };
    expect(provider.checkConfig(wrong)).toEqual([
      {
        property: "renderYamlToDirectory",
        reason: refusal('the provider setting "renderYamlToDirectory"'),
      },
      {
        property: "enableServerSideApply",
        reason: refusal('the provider setting "enableServerSideApply"'),
      },
    ]);
  });
});

describe("inputs", () => {
  it.each<[PropertyMap, string]>([
    [{ kind: "ConfigMap", metadata: { name: "a" } }, "apiVersion"],
    [{ apiVersion: "v1", metadata: { name: "a" } }, "kind"],
    [{ apiVersion: "v1", kind: "ConfigMap", metadata: new Secret({ name: "a" }) }, "metadata"],
    [configMap({ name: "a/b" }), "metadata.name"],
    [configMap({ name: 1 }), "metadata.name"],
    [configMap({ name: "a", namespace: ".." }), "metadata.namespace"],
    [configMap({ generateName: "a-" }), "metadata.generateName"],
  ])("%j are wrong in one place", async (news, property) => {
    expect((await check(configMapType, news)).failures.map((failure) => failure.property)).toEqual([
      property,
    ]);
  });

  it("lose nulls and what only the API server sets", async () => {
    const news = configMap(
      { name: "a", uid: "1", resourceVersion: "2", labels: { gone: null } },
      { data: null },
    );
    expect((await check(configMapType, news)).inputs).toEqual(configMap({ name: "a", labels: {} }));
  });

  it("are left alone where they are not known yet", async () => {
    const news = configMap({ name: unknown, labels: unknown }, { data: { a: unknown } });
    expect(await check(configMapType, news)).toEqual({ inputs: news, failures: [] });
    const whole = { apiVersion: "v1", kind: "ConfigMap", metadata: unknown };
    expect(await check(configMapType, whole)).toEqual({ inputs: whole, failures: [] });
  });
});

describe("generated names", () => {
  const nameOf = async (request: Partial<CheckRequest> = {}) => {
    const { inputs, failures } = await check(configMapType, configMap({}), request);
    return { name: (inputs["metadata"] as PropertyMap)["name"], inputs, failures };
  };

  it("are the resource's with a suffix, the same for a preview and its update", async () => {
    const { name, inputs } = await nameOf();
    expect(name).toMatch(/^example-[0-9a-f]{8}$/);
    expect((await nameOf()).name).toBe(name);
    expect((await nameOf({ randomSeed: Buffer.from("other") })).name).not.toBe(name);
    expect(inputs["metadata"]).toMatchObject({ annotations: { "pulumi.com/autonamed": "true" } });
  });

  it("stay what they are", async () => {
    const { inputs } = await nameOf();
    expect((await nameOf({ olds: inputs, randomSeed: Buffer.from("other") })).inputs).toEqual(
      inputs,
    );
  });

  it("follow the engine's proposal or prohibition", async () => {
    expect((await nameOf({ proposedName: "proposed" })).name).toBe("proposed");
    expect((await nameOf({ autonamingDisabled: true })).failures).toEqual([
      {
        property: "metadata.name",
        reason: "is missing, and this stack does not allow generated names",
      },
    ]);
  });

  it("are replaced side by side, given names one after the other", async () => {
    const before = configMap({ name: "a" }, { data: { key: "1" } });
    const diff = (olds: PropertyMap, news: PropertyMap) =>
      provider.diff({
        id: "web/a",
        urn: "",
        type: configMapType,
        oldInputs: olds,
        oldState: {},
        inputs: news,
      });
    expect(diff(before, { ...before, data: { key: "2" } })).toMatchObject({
      deleteBeforeReplace: true,
    });
    expect(diff(before, configMap({ name: "b" }))).toMatchObject({ deleteBeforeReplace: false });
    const { inputs } = await nameOf();
    expect(diff({ ...inputs, data: { key: "1" } }, inputs)).toMatchObject({
      deleteBeforeReplace: false,
    });
  });
});

describe("recorded state", () => {
  it("keeps secret what is secret in the inputs, and the data of every Secret", () => {
    const inputs = { spec: { env: [{ value: new Secret("x") }], plain: "y" } };
    expect(markSecrets({ spec: { env: [{ value: "x" }], plain: "y", more: 1 } }, inputs)).toEqual({
      spec: { env: new Secret([{ value: "x" }]), plain: "y", more: 1 },
    });
    const secret = { apiVersion: "v1", kind: "Secret", data: { key: "eA==" }, type: "Opaque" };
    expect(markSecrets(secret, { stringData: { key: "x" } })).toEqual({
      ...secret,
      data: new Secret({ key: "eA==" }),
    });
  });

  it("shows drift where the live object left its recorded state, not where the API server writes otherwise", () => {
    const inputs = {
      spec: {
        cpu: "1000m",
        replicas: 1,
        gone: "x",
        list: [{ a: 1 }, { a: 2 }],
        key: new Secret("s"),
      },
    };
    const recorded = {
      spec: {
        cpu: "1",
        replicas: 1,
        gone: "x",
        list: [{ a: 1, made: 0 }, { a: 2 }],
        key: "s",
        made: 1,
      },
    };
    const live = {
      spec: { cpu: "1", replicas: 3, list: [{ a: 1, made: 0 }, { a: 5 }], key: "t", made: 2 },
    };
    expect(projectDrift(inputs, recorded, live)).toEqual({
      spec: { cpu: "1000m", replicas: 3, list: [{ a: 1 }, { a: 5 }], key: new Secret("t") },
    });
  });

  it("of a dry run does not know what the API server makes up each time", () => {
    const spec = { clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"], ports: [] };
    const dry = { kind: "Service", metadata: { name: "a", uid: "1" }, spec, status: {} };
    const made = { uid: unknown, resourceVersion: unknown, creationTimestamp: unknown };
    expect(previewState(dry, { spec: { ports: [] } }, true)).toEqual({
      kind: "Service",
      metadata: { name: "a", ...made },
      spec: { clusterIP: unknown, clusterIPs: unknown, ports: [] },
    });
    expect(previewState(dry, { spec }, true)["spec"]).toEqual(spec);
    expect(previewState(dry, { spec: {} }, false)).toEqual({
      kind: "Service",
      metadata: { name: "a", uid: "1" },
      spec,
    });
  });
});

describe("another cluster", () => {
  const kubeconfig = (server: string, context = "main") =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: context, context: { cluster: "c", user: "u" } }],
      "current-context": context,
    });

  it("is known by its server, not by its kubeconfig", async () => {
    const old = { kubeconfig: kubeconfig("https://one") };
    expect(
      await replacingSettings(old, { kubeconfig: kubeconfig("https://one", "renamed") }),
    ).toEqual([]);
    expect(await replacingSettings(old, { kubeconfig: kubeconfig("https://two") })).toEqual([
      "kubeconfig",
    ]);
    expect(await replacingSettings(old, { kubeconfig: unknown })).toEqual(["kubeconfig"]);
    expect(await replacingSettings({ kubeconfig: "/gone" }, old)).toEqual([]);
  });
});
