import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { HubObservability } from "../../../components/hub/hub-observability";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { connectionOf } from "../../support/buckets";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";
import { hubArgs } from "./hub";

interface KubernetesInputs {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  [field: string]: unknown;
}

async function build(overrides: Partial<HubObservabilityArgs> = {}) {
  const recorded = recordResources();
  const hub = new HubObservability("hub", hubArgs(overrides));
  const outputs = {
    namespace: await resolved(hub.namespace),
    gatewayUrl: await resolved(hub.gatewayUrl),
  };
  await settled();
  return { recorded, outputs };
}

/** Inputs of an object; a component may have the name of its first child. */
const inputsOf = (recorded: readonly Recorded[], name: string) =>
  recorded.find((resource) => resource.name === name && resource.type.startsWith("kubernetes:"))
    ?.inputs as unknown as KubernetesInputs;

/** Anything inside an object, by a path of keys. */
function at(object: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown>)?.[key],
    object,
  );
}

describe("HubObservability", () => {
  it("makes these objects, each below its component, with frozen names", async () => {
    const { recorded, outputs } = await build();
    const lines = recorded.map(({ type, name, parent, inputs }) => {
      const object = (inputs as unknown as KubernetesInputs).metadata;
      return [
        type.replace(/^kubernetes:/, ""),
        name,
        parent,
        object && `${object.namespace ?? ""}/${object.name}`,
      ];
    });
    expect(lines.sort()).toEqual(
      [
        ["heliograph:index:HubObservability", "hub", undefined, undefined],
        ["core/v1:Namespace", "hub-namespace", "hub", "/heliograph-hub"],
        [
          "networking.k8s.io/v1:NetworkPolicy",
          "hub-network-default-deny",
          "hub",
          "heliograph-hub/default-deny",
        ],
        [
          "networking.k8s.io/v1:NetworkPolicy",
          "hub-network-gateway",
          "hub",
          "heliograph-hub/gateway",
        ],
        [
          "networking.k8s.io/v1:NetworkPolicy",
          "hub-network-mimir-main",
          "hub",
          "heliograph-hub/mimir-main",
        ],
        [
          "networking.k8s.io/v1:NetworkPolicy",
          "hub-network-object-store-bucket",
          "hub",
          "heliograph-hub/object-store-bucket",
        ],
        ["heliograph:hub:Mimir", "hub-mimir-main", "hub", undefined],
        ["apps/v1:StatefulSet", "hub-mimir-main", "hub-mimir-main", "heliograph-hub/mimir-main"],
        [
          "core/v1:ConfigMap",
          "hub-mimir-main-config",
          "hub-mimir-main",
          "heliograph-hub/mimir-main",
        ],
        [
          "core/v1:ConfigMap",
          "hub-mimir-main-runtime",
          "hub-mimir-main",
          "heliograph-hub/mimir-main-runtime",
        ],
        [
          "core/v1:ConfigMap",
          "hub-mimir-main-rules",
          "hub-mimir-main",
          "heliograph-hub/mimir-main-rules",
        ],
        [
          "core/v1:Service",
          "hub-mimir-main-service",
          "hub-mimir-main",
          "heliograph-hub/mimir-main",
        ],
        [
          "core/v1:ServiceAccount",
          "hub-mimir-main-service-account",
          "hub-mimir-main",
          "heliograph-hub/mimir-main",
        ],
        ["heliograph:hub:Gateway", "hub-gateway", "hub", undefined],
        ["apps/v1:Deployment", "hub-gateway", "hub-gateway", "heliograph-hub/gateway"],
        ["core/v1:ConfigMap", "hub-gateway-config", "hub-gateway", "heliograph-hub/gateway"],
        [
          "core/v1:Secret",
          "hub-gateway-certificates",
          "hub-gateway",
          "heliograph-hub/gateway-certificates",
        ],
        [
          "core/v1:Service",
          "hub-gateway-requests",
          "hub-gateway",
          "heliograph-hub/gateway-requests",
        ],
        ["core/v1:Service", "hub-gateway-service", "hub-gateway", "heliograph-hub/gateway"],
        [
          "core/v1:ServiceAccount",
          "hub-gateway-service-account",
          "hub-gateway",
          "heliograph-hub/gateway",
        ],
        [
          "policy/v1:PodDisruptionBudget",
          "hub-gateway-disruption-budget",
          "hub-gateway",
          "heliograph-hub/gateway",
        ],
      ].sort(),
    );
    expect(outputs).toEqual({
      namespace: "heliograph-hub",
      gatewayUrl: "https://ingest.ops.example.com",
    });
  });

  it("uses a namespace that is there", async () => {
    const { recorded, outputs } = await build({
      existingNamespace: pulumi.output("observability"),
    });
    expect(inputsOf(recorded, "hub-namespace")).toBeUndefined();
    expect(inputsOf(recorded, "hub-gateway-service").metadata.namespace).toBe("observability");
    expect(outputs.namespace).toBe("observability");
  });

  it("shuts an edge out by the gateway's configuration alone: no pod changes", async () => {
    const before = (await build()).recorded;
    const edges = hubArgs().edges;
    const after = (await build({ edges: { ...edges, dev: { ...edges["dev"]!, revoked: true } } }))
      .recorded;
    const text = (recorded: readonly Recorded[]) =>
      new Map(
        recorded.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs)]),
      );
    const [was, is] = [text(before), text(after)];
    const changed = [...was.keys()].filter((key) => was.get(key) !== is.get(key));
    expect(changed.sort()).toEqual([
      "kubernetes:core/v1:ConfigMap hub-gateway-config",
      "kubernetes:core/v1:ConfigMap hub-mimir-main-rules",
    ]);
  });

  it("changes limits without a restart: the pod knows of the start-up configuration only", async () => {
    const before = (await build()).recorded;
    const after = (
      await build({ tenants: { dev: { retentionDays: 7 }, shared: { retentionDays: 7 } } })
    ).recorded;
    const text = (recorded: Recorded[], name: string) => JSON.stringify(inputsOf(recorded, name));
    expect(text(after, "hub-mimir-main-runtime")).not.toBe(text(before, "hub-mimir-main-runtime"));
    expect(text(after, "hub-mimir-main")).toBe(text(before, "hub-mimir-main"));
  });

  it("annotates what is reloaded with the hash that should be running", async () => {
    const { recorded } = await build();
    const hash = (name: string) =>
      inputsOf(recorded, name).metadata.annotations?.["heliograph.dev/config-hash"];
    expect(hash("hub-mimir-main-runtime")).toMatch(/^[0-9a-f]{16}$/);
    const gateway = inputsOf(recorded, "hub-gateway-config");
    expect(at(gateway, "data", "nginx.conf")).toContain(`default "${hash("hub-gateway-config")}";`);
  });

  it("joins the trusted authorities in one file, and keeps the private key in the Secret", async () => {
    const { recorded } = await build();
    expect(inputsOf(recorded, "hub-gateway-certificates")["stringData"]).toEqual({
      "server.crt": "server certificate\n",
      "server.key": "server key\n",
      "clients.crt": "first authority\nsecond authority\n",
    });
    const others = recorded.filter(({ name }) => name !== "hub-gateway-certificates");
    expect(JSON.stringify(others)).not.toContain("server key");
  });

  it("gives Mimir the keys of the store by the name of their Secret", async () => {
    const { recorded } = await build();
    const env = at(
      inputsOf(recorded, "hub-mimir-main"),
      "spec",
      "template",
      "spec",
      "containers",
      0,
      "env",
    );
    expect(env).toContainEqual({
      name: "AWS_SECRET_ACCESS_KEY",
      valueFrom: { secretKeyRef: { name: "metrics-credentials", key: "secretAccessKey" } },
    });
  });

  it("lets Mimir's pod act as the workload identity of its bucket", async () => {
    const bucket = connectionOf(
      "azure",
      { storageAccount: "contoso", container: "metrics", clientId: "id" },
      undefined,
    );
    const { recorded } = await build({ cells: { main: { metrics: { bucket } } } });
    expect(inputsOf(recorded, "hub-mimir-main-service-account").metadata.annotations).toEqual({
      "azure.workload.identity/client-id": "id",
    });
    const { labels } = at(inputsOf(recorded, "hub-mimir-main"), "spec", "template", "metadata") as {
      labels: Record<string, string>;
    };
    expect(labels["azure.workload.identity/use"]).toBe("true");
    expect(JSON.stringify(inputsOf(recorded, "hub-mimir-main"))).not.toContain("AWS_");
  });

  it("stores logs and traces where a cell names buckets for them, and passes them on", async () => {
    const { main } = hubArgs().cells;
    const store = { bucket: main!.metrics.bucket };
    const { recorded } = await build({
      cells: { main: { ...main!, logs: { ...store, schemaFrom: "2026-01-31" }, traces: store } },
    });
    const added = recorded
      .filter(({ name }) => /loki|tempo/.test(name))
      .map(({ type, name }) => [type, name]);
    expect(added).toEqual(
      expect.arrayContaining([
        ["heliograph:hub:Loki", "hub-loki-main"],
        ["kubernetes:apps/v1:StatefulSet", "hub-loki-main"],
        ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "hub-network-loki-main"],
        ["heliograph:hub:Tempo", "hub-tempo-main"],
        ["kubernetes:apps/v1:StatefulSet", "hub-tempo-main"],
        ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "hub-network-tempo-main"],
      ]),
    );
    const nginx = String(at(inputsOf(recorded, "hub-gateway-config"), "data", "nginx.conf"));
    for (const server of [
      "mimir-main:8080",
      "loki-main:3100",
      "tempo-main:4318",
      "tempo-main:4317",
    ])
      expect(nginx).toContain(`server ${server};`);
  });

  it("makes a cell more from an entry more", async () => {
    const { cells } = hubArgs();
    const { recorded } = await build({ cells: { ...cells, eu: cells["main"]! } });
    expect(inputsOf(recorded, "hub-mimir-eu-service").metadata.name).toBe("mimir-eu");
    expect(at(inputsOf(recorded, "hub-gateway-config"), "data", "nginx.conf")).toContain(
      "server mimir-eu:8080;",
    );
  });

  it("needs no disruption budget for one gateway pod", async () => {
    const { recorded } = await build({ gateway: { ...hubArgs().gateway, replicas: 1 } });
    expect(inputsOf(recorded, "hub-gateway-disruption-budget")).toBeUndefined();
  });

  it("refuses wrong arguments at construction", async () => {
    recordResources();
    expect(() => new HubObservability("hub", hubArgs({ cells: {} }))).toThrow(
      /^HubObservability hub: 3 problems/,
    );
    await settled();
  });
});
