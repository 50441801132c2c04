import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { argsIssues } from "../../../components/hub/args-issues";
import type { HubMetricsArgs } from "../../../components/hub/cell-args";
import { formatIssues } from "../../../components/kit/issues";
import { resolveHub } from "../../../components/hub/resolve";
import { hubArgs } from "./hub";

const args = hubArgs();
const withGateway = (gateway: Partial<HubObservabilityArgs["gateway"]>) =>
  hubArgs({ gateway: { ...args.gateway, ...gateway } });
const withEdge = (edge: object) => hubArgs({ edges: { dev: { ...args.edges["dev"]!, ...edge } } });
const withMetrics = (metrics: Partial<HubMetricsArgs>) =>
  hubArgs({ cells: { main: { metrics: { ...args.cells["main"]!.metrics, ...metrics } } } });
const withTenant = (tenant: object) =>
  hubArgs({ tenants: { ...args.tenants, dev: { retentionDays: 1, ...tenant } } });
const oidc = {
  clientId: "grafana",
  clientSecret: "secret",
  authUrl: "https://login/authorize",
  tokenUrl: "https://login/token",
  userInfoUrl: "https://login/userinfo",
  admins: ["admins"],
};
const paths = (candidate: HubObservabilityArgs) =>
  argsIssues(candidate).map(({ path }) => path.join("."));

describe("arguments of a hub", () => {
  it("are fine as they are", () => {
    expect(argsIssues(args)).toEqual([]);
  });

  it.each<[string, HubObservabilityArgs, string]>([
    ["a namespace that is no name", hubArgs({ namespace: "Hub" }), "namespace"],
    ["two namespaces", hubArgs({ namespace: "a", existingNamespace: "b" }), "existingNamespace"],
    ["a host with a scheme", withGateway({ host: "https://ingest" }), "gateway.host"],
    ["a port that is none", withGateway({ port: 0 }), "gateway.port"],
    [
      "an unknown service type",
      withGateway({ serviceType: "External" as "ClusterIP" }),
      "gateway.serviceType",
    ],
    ["a node port of a load balancer", withGateway({ nodePort: 30_443 }), "gateway.nodePort"],
    [
      "a node port out of range",
      withGateway({ serviceType: "NodePort", nodePort: 443 }),
      "gateway.nodePort",
    ],
    ["no gateway pod", withGateway({ replicas: 0 }), "gateway.replicas"],
    ["an unknown tenant", withEdge({ tenant: "stg" }), "edges.dev.tenant"],
    ["an unknown cell", withTenant({ cell: "eu" }), "tenants.dev.cell"],
    ["key generation 0", withEdge({ keyGeneration: 0 }), "edges.dev.keyGeneration"],
    ["an outage without a unit", withEdge({ outage: "6" }), "edges.dev.outage"],
    ["half a series", withEdge({ activeSeries: 0.5 }), "edges.dev.activeSeries"],
    [
      "a tenant kept for no day",
      hubArgs({ tenants: { dev: { retentionDays: 0 }, shared: { retentionDays: 1 } } }),
      "tenants.dev.retentionDays",
    ],
    [
      "an edge whose name is no DNS label",
      hubArgs({ edges: { Dev_1: args.edges["dev"]! } }),
      "edges.Dev_1",
    ],
    [
      "a disk without a unit",
      hubArgs({ cells: { main: { metrics: { ...args.cells["main"]!.metrics, diskSize: "50" } } } }),
      "cells.main.metrics.diskSize",
    ],
    [
      "a storage class without a name",
      withMetrics({ storageClass: "" }),
      "cells.main.metrics.storageClass",
    ],
    [
      "a topology that is none",
      withMetrics({ topology: "scalable" as "single" }),
      "cells.main.metrics.topology",
    ],
    [
      "a profile that is none",
      withMetrics({ topology: "microservices", profile: "huge" as "large" }),
      "cells.main.metrics.profile",
    ],
    ["logs kept for no day", withTenant({ logRetentionDays: 0 }), "tenants.dev.logRetentionDays"],
    [
      "traces kept for no day",
      withTenant({ traceRetentionDays: 0 }),
      "tenants.dev.traceRetentionDays",
    ],
    ["half a byte of lines", withEdge({ logBytesPerSecond: 0.5 }), "edges.dev.logBytesPerSecond"],
    ["no span", withEdge({ spansPerSecond: 0 }), "edges.dev.spansPerSecond"],
    [
      "zones of a single process",
      withMetrics({ zones: ["a", "b", "c"] }),
      "cells.main.metrics.topology",
    ],
    [
      "two zones",
      withMetrics({ topology: "microservices", zones: ["a", "b"] }),
      "cells.main.metrics.zones",
    ],
    [
      "a tenant with the name of the hub's own",
      hubArgs({ tenants: { ...args.tenants, heliograph: { retentionDays: 1 } } }),
      "tenants.heliograph",
    ],
    ["an unknown watcher", hubArgs({ watchedBy: "ops" }), "watchedBy"],
    ["no day to renew in", hubArgs({ renewBeforeDays: 0 }), "renewBeforeDays"],
    [
      "a password that everybody could read",
      hubArgs({ alerting: { alertmanagers: ["https://me:secret@alerts.example.com"] } }),
      "alerting.alertmanagers.0",
    ],
    [
      "calls without a pause",
      hubArgs({ alerting: { deadMansSwitch: { url: "https://a", everySeconds: 0 } } }),
      "alerting.deadMansSwitch.everySeconds",
    ],
    [
      "Grafana in two pods with one file",
      hubArgs({ grafana: { replicas: 2 } }),
      "grafana.database",
    ],
    [
      "Grafana under an address",
      hubArgs({ grafana: { host: "grafana.example.com; x" } }),
      "grafana.host",
    ],
    ["half a Grafana", hubArgs({ grafana: { replicas: 0.5 } }), "grafana.replicas"],
    [
      "a group of two words",
      hubArgs({ grafana: { host: "grafana", oidc: { ...oidc, admins: ["a b"] } } }),
      "grafana.oidc.admins.0",
    ],
    [
      "an identity provider without a scheme",
      hubArgs({ grafana: { host: "grafana", oidc: { ...oidc, tokenUrl: "login" } } }),
      "grafana.oidc.tokenUrl",
    ],
    [
      "a customer with a tenant that is not there",
      hubArgs({ grafana: { organisations: { acme: { tenants: ["acme"] } } } }),
      "grafana.organisations.acme.tenants",
    ],
  ])("%s", (_, candidate, path) => {
    expect(paths(candidate)).toEqual([path]);
  });

  it("put a component into 1 to 1000 pods", () => {
    const issuesOf = (querier: number) =>
      paths(withMetrics({ topology: "microservices", replicas: { querier } }));
    const path = "cells.main.metrics.replicas.querier";
    for (const count of [1, 1000]) expect(issuesOf(count)).not.toContain(path);
    for (const count of [0, 1001, 1.5]) expect(issuesOf(count)).toContain(path);
  });

  it("without a cell lack it, and so do their tenants", () => {
    expect(paths(hubArgs({ cells: {}, edges: { dev: args.edges["dev"]! } }))).toEqual([
      "tenants.dev.cell",
      "tenants.shared.cell",
      "cells",
    ]);
  });

  it("are wrong in logs and traces as in metrics", () => {
    const { main } = args.cells;
    const storageClass = "";
    const logs = { bucket: main!.metrics.bucket, schemaFrom: "today", storageClass };
    const traces = { bucket: main!.metrics.bucket, diskSize: "20", storageClass };
    expect(paths(hubArgs({ cells: { main: { ...main!, logs, traces } } })).sort()).toEqual([
      "cells.main.logs.schemaFrom",
      "cells.main.logs.storageClass",
      "cells.main.traces.diskSize",
      "cells.main.traces.storageClass",
    ]);
  });

  it("name a backend that there is, and no other one is taken instead", () => {
    const unknown = withMetrics({ backend: "prometheus" as "mimir" });
    expect(formatIssues("Hub", argsIssues(unknown))).toContain(
      'got       "prometheus"\n   expected  ',
    );
    expect(paths(unknown)).toEqual(["cells.main.metrics.backend"]);
    expect(resolveHub(unknown).cells).toEqual([]);
  });

  it("that only the engine will know are not judged yet, in lists neither", () => {
    const later = pulumi.output("later");
    const grafana = { host: later, oidc: { ...oidc, tokenUrl: later, admins: ["a", later] } };
    expect(paths(hubArgs({ grafana, renewBeforeDays: pulumi.output(0) }))).toEqual([]);
    const mixed = { ...grafana, oidc: { ...grafana.oidc, admins: ["a b", later] } };
    expect(paths(hubArgs({ grafana: mixed }))).toEqual(["grafana.oidc.admins.0"]);
  });

  it("put an address into the list that it belongs to", () => {
    const wrong = hubArgs({ alerting: { alertmanagers: ["alerts"] } });
    expect(formatIssues("Hub", argsIssues(wrong))).toContain(
      'paste     alerting: { alertmanagers: ["http://alertmanager.monitoring:9093"] }',
    );
  });

  it("are refused with every problem and the lines to paste", () => {
    const wrong = hubArgs({
      gateway: { ...args.gateway, port: 70_000 },
      edges: { "edge-1": { ...args.edges["dev"]!, tenant: "stg", outage: "a day" } },
    });
    expect(formatIssues("HubObservability hub", argsIssues(wrong)))
      .toBe(`HubObservability hub: 3 problems

1. gateway.port
   got       70000
   expected  Port at which edges reach the gateway: a whole number from 1 to 65535
   paste     gateway: { port: 443 }

2. edges.edge-1.outage
   got       "a day"
   expected  Longest time that the hub may be away without loss of the edge's samples: a duration: a whole number and s, m, h or d, e.g. 90s, 30m, 6h
   paste     edges: { "edge-1": { outage: "6h" } }

3. edges.edge-1.tenant
   got       "stg"
   expected  one of \`tenants\`: dev, shared
   paste     tenants: { stg: {"retentionDays":90} }`);
  });
});
