/**
 * Proves: what the argument `pods` does to every pod below a component, and that it does nothing
 * else. Transformations run in the mocks, too.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { podsOptions, type ComponentPodsArgs } from "../../../components/kit/pods";
import { recordResources, settled, type Recorded } from "../../support/mocks";

let recorded: Recorded[];
beforeEach(() => {
  recorded = recordResources();
});

class Parent extends pulumi.ComponentResource {
  constructor(pods: ComponentPodsArgs | undefined) {
    super("test:index:Parent", "parent", {}, podsOptions(pods, {}, ["mimir-main"]));
    const child = new pulumi.ComponentResource("test:index:Child", "child", {}, { parent: this });
    new k8s.apps.v1.Deployment(
      "pods",
      {
        spec: {
          selector: { matchLabels: { app: "a" } },
          template: {
            metadata: { labels: pulumi.output({ app: "a" }) },
            spec: {
              nodeSelector: { zone: "1" },
              initContainers: [{ name: "prepare" }],
              containers: [
                {
                  name: "main",
                  env: [{ name: "HTTPS_PROXY", value: "own" }],
                  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } },
                },
                { name: "other" },
              ],
            },
          },
        },
      },
      { parent: child },
    );
    new k8s.core.v1.ConfigMap("map", { data: { a: "b" } }, { parent: child });
  }
}

async function template(pods: ComponentPodsArgs | undefined) {
  new Parent(pods);
  await settled();
  const { spec } = recorded.find(({ name }) => name === "pods")!.inputs as {
    spec: { template: unknown };
  };
  return spec.template;
}

const WITHOUT = {
  metadata: { labels: { app: "a" } },
  spec: {
    nodeSelector: { zone: "1" },
    initContainers: [{ name: "prepare" }],
    containers: [
      {
        name: "main",
        env: [{ name: "HTTPS_PROXY", value: "own" }],
        resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } },
      },
      { name: "other" },
    ],
  },
};

describe("the argument pods", () => {
  it("changes nothing where it is not given", async () =>
    expect(await template(undefined)).toEqual(WITHOUT));

  it("changes nothing where it says nothing", async () =>
    expect(await template({})).toEqual(WITHOUT));

  it("reaches every pod, and leaves what Heliograph sets as it is", async () => {
    const changed = await template({
      tolerations: [{ key: "dedicated", value: pulumi.output("ops") }],
      nodeSelector: { zone: "other", pool: "ops" },
      priorityClassName: "high",
      imagePullSecrets: ["registry"],
      labels: { app: "other", team: pulumi.output("platform") },
      annotations: { note: "yes" },
      resources: { requests: { memory: "3Gi" }, limits: { memory: pulumi.output("4Gi") } },
    });
    expect(changed).toEqual({
      metadata: { labels: { app: "a", team: "platform" }, annotations: { note: "yes" } },
      spec: {
        tolerations: [{ key: "dedicated", value: "ops" }],
        nodeSelector: { zone: "1", pool: "ops" },
        priorityClassName: "high",
        imagePullSecrets: [{ name: "registry" }],
        initContainers: [{ name: "prepare" }],
        containers: [
          {
            name: "main",
            env: [{ name: "HTTPS_PROXY", value: "own" }],
            resources: { requests: { cpu: "1", memory: "3Gi" }, limits: { memory: "4Gi" } },
          },
          { name: "other" },
        ],
      },
    });
  });

  it("gives every container the proxy, and the hosts that need none", async () => {
    const changed = (await template({
      proxy: { httpsProxy: "http://proxy:3128", noProxy: ["10.0.0.0/8"] },
    })) as typeof WITHOUT & { spec: { initContainers: object[] } };
    const direct = "localhost,127.0.0.1,.svc,mimir-main,10.0.0.0/8";
    const variables = [
      { name: "HTTPS_PROXY", value: "http://proxy:3128" },
      { name: "https_proxy", value: "http://proxy:3128" },
      { name: "NO_PROXY", value: direct },
      { name: "no_proxy", value: direct },
    ];
    expect(changed.spec.initContainers).toEqual([{ name: "prepare", env: variables }]);
    expect(changed.spec.containers[0]).toMatchObject({
      env: [{ name: "HTTPS_PROXY", value: "own" }, ...variables.slice(1)],
    });
    expect(changed.spec.containers[1]).toEqual({ name: "other", env: variables });
  });

  it("leaves other objects alone", async () => {
    await template({ labels: { team: "platform" } });
    expect(recorded.find(({ name }) => name === "map")!.inputs).toMatchObject({ data: { a: "b" } });
  });
});
