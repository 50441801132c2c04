/**
 * Proves: what a user says reaches the objects that it is for, through a whole hub in which values
 * differ from their defaults and from each other. Does not prove: what the programs do with it.
 */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { HubObservability } from "../../../components/hub/hub-observability";
import { fromYaml } from "../../../components/kit/yaml";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";
import { connection, hubArgs } from "./hub";

type Inputs = {
  metadata: { name: string; annotations?: Record<string, string>; labels?: Record<string, string> };
  data: Record<string, string>;
  spec: any; // eslint-disable-line @typescript-eslint/no-explicit-any
};

async function build(overrides: Partial<HubObservabilityArgs> = {}) {
  const recorded = recordResources();
  const hub = new HubObservability("hub", hubArgs(overrides));
  await settled();
  const find = (name: string) =>
    recorded.find((each) => each.name === name && each.type.startsWith("kubernetes:"))!
      .inputs as unknown as Inputs;
  return { hub, recorded, find };
}

const bucket = { ...connection, bucket: "other" };
const cells = {
  main: {
    metrics: { bucket: connection },
    logs: { bucket, schemaFrom: "2026-01-31" },
    traces: { bucket: { ...bucket, bucket: "third" } },
  },
};

describe("a tenant's retention", () => {
  it("is, of each signal, its own", async () => {
    const tenants = {
      dev: { retentionDays: 29, logRetentionDays: 11, traceRetentionDays: 5 },
      shared: { retentionDays: 37, logRetentionDays: 13, traceRetentionDays: 3 },
    };
    const { find } = await build({ cells, tenants });
    const overrides = (name: string) => {
      const [text = ""] = Object.values(find(name).data);
      return (fromYaml(text) as { overrides: Record<string, Record<string, unknown>> }).overrides;
    };
    const metrics = overrides("hub-mimir-main-runtime");
    const logs = overrides("hub-loki-main-runtime");
    const traces = overrides("hub-tempo-main-runtime");
    for (const [tenant, days] of Object.entries(tenants)) {
      expect(JSON.stringify(metrics[tenant])).toContain(`${days.retentionDays}d`);
      expect(JSON.stringify(logs[tenant])).toContain(`${days.logRetentionDays}d`);
      expect(JSON.stringify(traces[tenant])).toContain(`${days.traceRetentionDays}d`);
    }
  });
});

describe("the gateway", () => {
  const hashOf = async (gateway: Partial<HubObservabilityArgs["gateway"]>) => {
    const { find } = await build({ gateway: { ...hubArgs().gateway, ...gateway } });
    return find("hub-gateway-config").metadata.annotations?.["heliograph.dev/config-hash"];
  };

  it("is loaded anew with every certificate and every authority that it is given", async () => {
    const hashes = await Promise.resolve([
      await hashOf({}),
      await hashOf({ serverCertificate: "renewed" }),
      await hashOf({ clientTrustBundle: ["first authority\n"] }),
      await hashOf({ clientTrustBundle: ["first authority\n", "third authority"] }),
    ]);
    expect(new Set(hashes).size).toBe(4);
    expect(await hashOf({})).toBe(hashes[0]);
  });
});

describe("the network", () => {
  it("lets nothing in or out of any pod, but for what is listed", async () => {
    const { find } = await build();
    expect(find("hub-network-default-deny").spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("lets the agent in from the namespace that is named, by the hub or by its edge", async () => {
    const { edges } = hubArgs();
    const agentsOf = async (overrides: Partial<HubObservabilityArgs>) => {
      const { find } = await build(overrides);
      const text = JSON.stringify(find("hub-network-gateway").spec.ingress);
      return [...text.matchAll(/"kubernetes.io\/metadata.name":"([^"]+)"/g)].map(([, ns]) => ns);
    };
    expect(await agentsOf({})).toEqual(["heliograph"]);
    expect(await agentsOf({ agentNamespace: "observability" })).toEqual(["observability"]);
    const ops = { ...edges, ops: { ...edges["dev"]!, agentNamespace: "watching" } };
    expect(await agentsOf({ edges: ops, watchedBy: "ops" })).toEqual(["watching"]);
  });
});

describe("rules", () => {
  const rulesOf = async (overrides: Partial<HubObservabilityArgs>) =>
    Object.values((await build(overrides)).find("hub-mimir-main-rules").data).join("\n");

  it("look for collectors where edges have them, and lead to the runbooks that are named", async () => {
    const { edges } = hubArgs();
    const far = { ...edges, far: { ...edges["dev"]!, agentNamespace: "observability" } };
    const runbookBaseUrl = pulumi.output("https://wiki/#");
    const text = await rulesOf({ edges: far, alerting: { runbookBaseUrl } });
    const namespaces = "heliograph|heliograph-node|observability|observability-node";
    expect(text).toContain(namespaces);
    expect(text).toContain("runbook_url: https://wiki/#edgesilent");
    expect(await rulesOf({})).not.toContain("observability");
  });

  it("count renewals from the days that are given, known or not", async () => {
    const [at50, later50] = [
      await rulesOf({ renewBeforeDays: 50 }),
      await rulesOf({ renewBeforeDays: pulumi.output(50) }),
    ];
    expect(at50).toContain("< 36");
    expect(later50).toBe(at50);
  });
});

describe("outputs", () => {
  it("are everything that edges, people and other programs need", async () => {
    const { hub } = await build({
      cells,
      certificates: { dev: "CERT" },
      grafana: { host: "grafana.example.com" },
    });
    expect(await resolved(hub.writeEndpoints)).toEqual([
      {
        signal: "metrics",
        protocol: "remote write",
        url: "https://ingest.ops.example.com/api/v1/push",
      },
      {
        signal: "metrics",
        protocol: "OTLP/HTTP",
        url: "https://ingest.ops.example.com/otlp/v1/metrics",
      },
      {
        signal: "logs",
        protocol: "Loki push",
        url: "https://ingest.ops.example.com/loki/api/v1/push",
      },
      {
        signal: "logs",
        protocol: "OTLP/HTTP",
        url: "https://ingest.ops.example.com/otlp/v1/logs",
      },
      { signal: "traces", protocol: "OTLP/HTTP", url: "https://ingest.ops.example.com/v1/traces" },
      { signal: "traces", protocol: "OTLP/gRPC", url: "https://ingest.ops.example.com" },
    ]);
    expect(await resolved(hub.readEndpoints)).toEqual({
      main: {
        metrics: "http://mimir-main.heliograph-hub.svc:8080/prometheus",
        logs: "http://loki-main.heliograph-hub.svc:3100",
        traces: "http://tempo-main.heliograph-hub.svc:3200",
        tenantHeader: "X-Scope-OrgID",
      },
    });
    expect(await resolved(hub.serviceAccounts)).toEqual({
      gateway: "gateway",
      "mimir-main": "mimir-main",
      "loki-main": "loki-main",
      "tempo-main": "tempo-main",
      grafana: "grafana",
    });
    expect(await resolved(hub.grafanaUrl)).toBe("https://grafana.example.com");
    expect(await resolved(hub.grafanaAdminSecret)).toBe("grafana");
    expect(await resolved(hub.gatewayAddress)).toBe("");
  });

  it("have the connection of each edge", async () => {
    const { edges } = hubArgs();
    const queried = { ...edges, far: { ...edges["dev"]!, query: "far:10901" } };
    const globalQuery = { certificate: "C", privateKey: "K", trustBundle: ["query authority"] };
    const gateway = { ...hubArgs().gateway, serverTrustBundle: ["server authority"] };
    const { hub } = await build({
      ...{ cells, edges: queried, globalQuery, gateway },
      certificates: pulumi.output({ dev: "CERT" }),
    });
    expect(Object.keys(hub.edges)).toEqual(["dev", "one", "two", "gone", "far"]);
    expect(await resolved(pulumi.output(hub.edges["dev"]!))).toEqual({
      ...{ cluster: "dev", environment: "dev", region: "uaenorth", clusterType: "workload" },
      ...{ tenantId: "dev", url: "https://ingest.ops.example.com" },
      ...{ serverName: "ingest.ops.example.com", trustBundle: ["server authority"] },
      ...{ certificate: "CERT", deduplicates: true },
      backends: { metrics: "mimir", logs: "loki", traces: "tempo" },
      ...{ outage: "6h", activeSeries: 200_000, logBytesPerSecond: 100_000, spansPerSecond: 200 },
    });
    expect(await resolved(pulumi.output(hub.edges["one"]!.certificate))).toBe("");
    expect(hub.edges["far"]).toMatchObject({
      queryTrust: ["query authority"],
      activeSeries: 200_000,
    });
    expect(hub.edges["dev"]).not.toHaveProperty("queryTrust");
  });
});

describe("pods", () => {
  const templates = (recorded: readonly Recorded[]) =>
    recorded.flatMap(({ name, inputs }) => {
      const { template } = (inputs["spec"] ?? {}) as { template?: Inputs };
      return template ? [{ name, template }] : [];
    });

  it("have what the hub says of all, and what is said of one component", async () => {
    const { recorded } = await build({
      cells: {
        main: {
          ...cells.main,
          metrics: { bucket: connection, pods: { priorityClassName: "storage" } },
        },
      },
      grafana: {},
      gateway: {
        ...hubArgs().gateway,
        pods: { resources: { limits: { memory: "1Gi" } }, labels: { team: "edge" } },
      },
      pods: { priorityClassName: "platform", labels: { team: "platform" } },
    });
    const found = templates(recorded).map(({ name, template }) => [
      name,
      template.spec.priorityClassName,
      template.metadata.labels?.["team"],
      template.spec.containers[0].resources.limits.memory === "1Gi",
    ]);
    expect(found.sort()).toEqual([
      ["hub-gateway", "platform", "edge", true],
      ["hub-grafana", "platform", "platform", false],
      ["hub-loki-main", "platform", "platform", false],
      ["hub-mimir-main", "storage", "platform", false],
      ["hub-tempo-main", "platform", "platform", false],
    ]);
  });

  it("reach each other without the proxy", async () => {
    const { recorded } = await build({ pods: { proxy: { httpsProxy: "http://proxy:3128" } } });
    for (const { template } of templates(recorded))
      for (const { env } of template.spec.containers as {
        env: { name: string; value: string }[];
      }[])
        expect(env.find(({ name }) => name === "NO_PROXY")?.value).toContain("mimir-main");
  });
});

describe("extra configuration", () => {
  const withExtra = (extraConfig: object, backend: "mimir" | "thanos" = "mimir") => ({
    cells: { main: { ...cells.main, metrics: { bucket: connection, backend, extraConfig } } },
  });

  it("is merged last, and changes nothing else", async () => {
    const limits = { max_global_series_per_user: 7 };
    const text = async (overrides: Partial<HubObservabilityArgs>) =>
      (await build(overrides)).find("hub-mimir-main-config").data["mimir.yaml"] ?? "";
    const plain = fromYaml(await text({ cells })) as { limits: object; server: object };
    const extra = { limits, server: { log_level: pulumi.output("debug") } };
    expect(fromYaml(await text(withExtra(extra)))).toEqual({
      ...plain,
      limits: { ...plain.limits, ...limits },
      server: { ...plain.server, log_level: "debug" },
    });
  });

  it.each([
    [{ blocks_storage: { s3: { bucket_name: "another" } } }, "blocks_storage.s3"],
    [{ multitenancy_enabled: false }, "multitenancy_enabled"],
    [{ ingester: { ring: { replication_factor: 1 } } }, "ingester.ring"],
  ])("may not touch %o", async (extra, path) => {
    await expect(build(withExtra(extra))).rejects.toThrow(`metrics.extraConfig.${path}`);
  });

  it("is rejected where a backend has flags instead", async () => {
    await expect(build(withExtra({ a: 1 }, "thanos"))).rejects.toThrow("configured by flags");
  });
});
