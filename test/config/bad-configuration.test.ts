/**
 * Proves: each mistake is refused, with the whole message that a person reads
 * (test/config/messages/<case>.txt, to be read as prose). Does not prove: that Pulumi shows it
 * without a stack trace; the lab's scenario `plain-cli` does.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSecrets, parseSettings } from "../../src/config/parse";
import { edgeSections, hubSections, messageOf } from "./settings";

type Hub = ReturnType<typeof hubSections>;
type Edge = ReturnType<typeof edgeSections>;

const hub = (change: (sections: Hub) => void) => () => {
  const sections = hubSections();
  change(sections);
  parseSettings("ops", sections);
};
const edge = (change: (sections: Edge) => void) => () => {
  const sections = edgeSections();
  change(sections);
  parseSettings("dev", sections);
};
const devEntry = (change: Record<string, unknown>) =>
  hub(({ hub: section }) =>
    Object.assign((section["edges"] as Record<string, object>)["dev"]!, change),
  );
const bucketOf = (sections: Hub) =>
  (
    sections.hub["cells"] as Hub["hub"]["cells"] as Record<
      string,
      { metrics: { bucket: Record<string, unknown> } }
    >
  )["main"]!.metrics;
const lab = {
  provider: "s3-compatible",
  create: true,
  bucket: "metrics",
  endpoint: "10.0.0.1:9000",
  credentials: "lab",
};
const azure = (container: string) => ({
  provider: "azure",
  existing: {
    storageAccount: "contoso",
    container,
    clientId: "00000000-0000-0000-0000-000000000001",
  },
});
type Main = Record<"metrics" | "logs" | "traces", Record<string, unknown>>;
/** A hub that stores logs and traces too. */
const signals = (change: (main: Main, cells: Record<string, object>) => unknown) =>
  hub(({ hub: section }) => {
    const cells = section["cells"] as Record<string, Main>;
    const main = cells["main"]!;
    Object.assign(main, {
      logs: { bucket: azure("logs"), schemaFrom: "2026-01-31" },
      traces: { bucket: azure("traces") },
    });
    change(main, cells);
  });
const oidc = {
  clientId: "grafana",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
  userInfoUrl: "https://login.example.com/userinfo",
  admins: ["platform-admins"],
};
const both = (change: (sections: Hub & Partial<Edge>) => void) => () => {
  const sections = { ...hubSections(), edge: { name: "dev" } as Record<string, unknown> };
  change(sections as Hub & Partial<Edge>);
  parseSettings("ops", sections);
};

const cases: Readonly<Record<string, () => void>> = {
  "nothing-at-all": () => parseSettings("dev", {}),
  "neither-hub-nor-edge": () => parseSettings("dev", { cluster: { context: "dev" } }),
  "misspelled-section": () => parseSettings("dev", { ...edgeSections(), egde: {} }),
  "unknown-section": () => parseSettings("dev", { ...edgeSections(), monitoring: true }),
  "context-missing": edge((sections) => delete sections.cluster["context"]),
  "context-is-a-number": edge((sections) => (sections.cluster["context"] = 7)),
  "edge-name-missing": edge(({ edge: section }) => delete section["name"]),
  "edge-name-upper-case": edge(({ edge: section }) => (section["name"] = "Dev")),
  "edge-name-too-long": edge(({ edge: section }) => (section["name"] = "d".repeat(41))),
  "edge-hub-is-text": edge(({ edge: section }) => (section["hub"] = "ops")),
  "edge-key-misspelled": edge(({ edge: section }) => (section["scrapeIntervall"] = "30s")),
  "scrape-interval-without-unit": edge(({ edge: section }) => (section["scrapeInterval"] = "15")),
  "three-agents": edge(({ edge: section }) => (section["replicas"] = 3)),
  "source-misspelled": edge(
    ({ edge: section }) => (section["sources"] = { kubelets: { enabled: false } }),
  ),
  "metrics-by-a-lookahead": edge(
    ({ edge: section }) => (section["sources"] = { cadvisor: { drop: ["container_(?!cpu).*"] } }),
  ),
  "log-agent-unknown": edge(({ edge: section }) => (section["logs"] = { agent: "filelog" })),
  "lines-by-a-lookahead": edge(
    ({ edge: section }) => (section["logs"] = { drop: [{ pattern: "GET (?!/pay)" }] }),
  ),
  "logs-and-traces-that-do-not-fit": edge(({ edge: section }) => {
    section["logs"] = { agent: "fluent-bit", redact: [{ pattern: "card=\\d+" }] };
    section["traces"] = { tier: "agent", sampling: "tail" };
    section["exporters"] = [
      {
        name: "splunk",
        kind: "splunk",
        endpoint: "https://splunk.example.com:8088/services/collector",
      },
    ];
  }),
  "sample-limit-of-a-kubelet": edge(
    ({ edge: section }) => (section["sources"] = { kubelet: { sampleLimit: 5000 } }),
  ),
  "monitors-that-do-not-fit": edge(({ edge: section }) => {
    const monitor = {
      name: "checkout",
      kind: "pod",
      matchLabels: { app: "checkout" },
      port: "metrics",
    };
    section["sources"] = { monitors: [monitor, { ...monitor, interval: "10m" }] };
  }),
  "monitor-without-labels": edge(({ edge: section }) => {
    section["sources"] = {
      monitors: [{ name: "checkout", kind: "daemon", matchLabels: {}, port: "metrics" }],
    };
  }),
  "demo-is-text": edge(({ edge: section }) => (section["demo"] = { nginx: "yes" })),
  "key-generation-zero": edge(({ edge: section }) => (section["keyGeneration"] = 0)),
  "gateway-missing": hub(({ hub: section }) => delete section["gateway"]),
  "gateway-address-is-a-name": hub(({ hub: section }) =>
    Object.assign(section["gateway"] as object, { addresses: ["ingest"] }),
  ),
  "gateway-port-out-of-range": hub(({ hub: section }) =>
    Object.assign(section["gateway"] as object, { port: 70_000 }),
  ),
  "node-port-missing": hub(({ hub: section }) =>
    Object.assign(section["gateway"] as object, { serviceType: "NodePort" }),
  ),
  "node-port-without-its-type": hub(({ hub: section }) =>
    Object.assign(section["gateway"] as object, { nodePort: 30_443 }),
  ),
  "provider-unknown": hub((sections) => (bucketOf(sections).bucket = { provider: "minio" })),
  "azure-without-identity": hub(
    (sections) =>
      delete (bucketOf(sections).bucket["existing"] as Record<string, unknown>)["clientId"],
  ),
  "s3-key-in-the-wrong-provider": hub(
    (sections) => (bucketOf(sections).bucket["region"] = "us-east-1"),
  ),
  "disk-size-without-unit": hub((sections) =>
    Object.assign(bucketOf(sections), { diskSize: "100" }),
  ),
  "topology-unknown": hub((sections) =>
    Object.assign(bucketOf(sections), { topology: "scalable" }),
  ),
  "caches-of-single": hub((sections) => Object.assign(bucketOf(sections), { caches: true })),
  "two-zones": hub((sections) =>
    Object.assign(bucketOf(sections), {
      topology: "microservices",
      zones: ["uaenorth-1", "uaenorth-2"],
    }),
  ),
  "replicas-of-no-component": hub((sections) =>
    Object.assign(bucketOf(sections), { topology: "microservices", replicas: { alertmanager: 1 } }),
  ),
  "two-ingesters": hub((sections) =>
    Object.assign(bucketOf(sections), { topology: "microservices", replicas: { ingester: 2 } }),
  ),
  "more-series-than-a-cell-carries": hub((sections) => {
    Object.assign(bucketOf(sections), { topology: "microservices" });
    Object.assign((sections.hub["edges"] as Record<string, object>)["dev"]!, {
      activeSeries: 60_000_000,
    });
  }),
  "two-cells-in-one-bucket": hub(({ hub: section }) => {
    const cells = section["cells"] as Record<string, unknown>;
    cells["eu"] = cells["main"];
  }),
  "logs-in-the-bucket-of-metrics": signals(
    ({ logs, metrics }) => (logs["bucket"] = metrics["bucket"]),
  ),
  "traces-in-the-bucket-of-another-cells-logs": signals((main, cells) => {
    cells["eu"] = {
      region: "westeurope",
      metrics: { bucket: azure("metrics-eu") },
      traces: { bucket: main.logs["bucket"] },
    };
  }),
  "schema-from-is-no-date": signals(({ logs }) => (logs["schemaFrom"] = "2026-02-30")),
  "schema-from-missing": signals(({ logs }) => delete logs["schemaFrom"]),
  "schema-from-in-the-future": signals(({ logs }) => (logs["schemaFrom"] = "2999-01-01")),
  "replicas-of-single-logs-and-traces": signals(({ logs, traces }) => {
    logs["replicas"] = { querier: 2 };
    traces["replicas"] = { querier: 2 };
  }),
  "replicas-of-no-component-of-tempo": signals(({ traces }) =>
    Object.assign(traces, { topology: "microservices", replicas: { "store-gateway": 1 } }),
  ),
  "metrics-of-sampled-traces": signals(({ traces }) =>
    Object.assign(traces, { metricsGenerator: true }),
  ),
  "log-and-trace-retention-out-of-bounds": hub(
    ({ hub: section }) =>
      (section["tenants"] = {
        dev: { retentionDays: 30, logRetentionDays: 0, traceRetentionDays: 4000 },
      }),
  ),
  "log-and-trace-retention-below-their-minimum": hub(
    ({ hub: section }) =>
      (section["tenants"] = {
        dev: { retentionDays: 30, minLogRetentionDays: 90, minTraceRetentionDays: 8 },
      }),
  ),
  "rates-out-of-bounds": devEntry({ logBytesPerSecond: "100Ki", spansPerSecond: 0 }),
  "credentials-of-logs-not-there": () => {
    const sections = hubSections();
    Object.assign((sections.hub["cells"] as Record<string, object>)["main"]!, {
      logs: { schemaFrom: "2026-01-31", bucket: { ...lab, bucket: "logs" } },
    });
    parseSecrets("ops", parseSettings("ops", sections), {});
  },
  "signing-is-not-trusted": hub(
    ({ hub: section }) => (section["authority"] = { trusted: [1], signing: 2 }),
  ),
  "three-authorities": hub(
    ({ hub: section }) => (section["authority"] = { trusted: [1, 2, 3], signing: 2 }),
  ),
  "authority-twice-and-late-renewal": hub(({ hub: section }) => {
    section["authority"] = { trusted: [2, 2], signing: 2 };
    section["certificates"] = { days: 30 };
  }),
  "certificate-days-is-a-duration": hub(
    ({ hub: section }) => (section["certificates"] = { days: "30d" }),
  ),
  "retention-missing": hub(({ hub: section }) => (section["tenants"] = { dev: {} })),
  "two-cells-and-one-prefix": hub(({ hub: section }) => {
    const cells = section["cells"] as Record<string, { metrics: { bucket: object } }>;
    const main = cells["main"]!;
    cells["eu"] = { ...main, metrics: { bucket: { ...main.metrics.bucket, prefix: "eu" } } };
  }),
  "prefix-with-a-slash": hub((sections) =>
    Object.assign(bucketOf(sections).bucket, { prefix: "eu/" }),
  ),
  "prefix-for-cortex": hub((sections) => {
    Object.assign(bucketOf(sections), { backend: "cortex" });
    Object.assign(bucketOf(sections).bucket, { prefix: "eu" });
  }),
  "two-compactors-and-two-ingesters": hub((sections) => {
    const topology = { topology: "microservices", replicas: { compactor: 2, ingester: 2 } };
    Object.assign(bucketOf(sections), { backend: "thanos", ...topology });
  }),
  "coarse-too-early": hub((sections) =>
    Object.assign(bucketOf(sections), {
      backend: "thanos",
      retentionDaysRaw: 60,
      retentionDays5m: 30,
    }),
  ),
  "coarse-by-old-names": hub((sections) =>
    Object.assign(bucketOf(sections), { backend: "thanos", rawDays: 60, fiveMinuteDays: 90 }),
  ),
  "coarse-with-mimir": hub((sections) =>
    Object.assign(bucketOf(sections), { retentionDaysRaw: 30 }),
  ),
  "metrics-backend-unknown": hub((sections) =>
    Object.assign(bucketOf(sections), { backend: "victoria" }),
  ),
  "retention-below-its-minimum": hub(
    ({ hub: section }) =>
      (section["tenants"] = { dev: { retentionDays: 30, minRetentionDays: 90 } }),
  ),
  "retention-is-a-duration": hub(
    ({ hub: section }) => (section["tenants"] = { dev: { retentionDays: "30d" } }),
  ),
  "tenant-id-with-a-pipe": hub(
    ({ hub: section }) =>
      (section["tenants"] = { dev: { retentionDays: 30 }, "a|b": { retentionDays: 30 } }),
  ),
  "tenant-not-there": devEntry({ tenant: "customer-a" }),
  "cell-not-there": hub(
    ({ hub: section }) => (section["tenants"] = { dev: { retentionDays: 30, cell: "eu" } }),
  ),
  "cluster-type-unknown": devEntry({ clusterType: "gpu" }),
  "outage-is-a-number": devEntry({ outage: 6 }),
  "request-is-a-certificate": devEntry({
    request: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  }),
  "request-twice": devEntry({
    request: "-----BEGIN CERTIFICATE REQUEST-----\n",
    fromStack: "organization/heliograph/dev",
  }),
  "own-edge-not-in-the-inventory": both((sections) => (sections.edge!["name"] = "ops")),
  "own-edge-with-a-reference": both(
    (sections) => (sections.edge!["hub"] = { fromStack: "organization/heliograph/ops" }),
  ),
  "own-edge-with-another-key": both((sections) => (sections.edge!["keyGeneration"] = 2)),
  "four-mistakes-at-once": devEntry({
    tenant: 5,
    keyGeneration: "Main",
    environmnt: "dev",
    outage: "soon",
  }),
  "tenant-id-reserved": hub(
    ({ hub: section }) =>
      (section["tenants"] = { dev: { retentionDays: 30 }, heliograph: { retentionDays: 30 } }),
  ),
  "alertmanager-with-a-password": hub(
    ({ hub: section }) =>
      (section["alerting"] = { alertmanagers: ["https://me:secret@alerts.example.com"] }),
  ),
  "dead-mans-switch-without-an-address": () => {
    const sections = hubSections();
    sections.hub["alerting"] = { deadMansSwitch: {} };
    parseSecrets("ops", parseSettings("ops", sections), {});
  },
  "dead-mans-switch-with-half-an-address": () => {
    const sections = hubSections();
    parseSecrets("ops", parseSettings("ops", sections), {
      deadMansSwitch: { url: "hc-ping.com/1234" },
    });
  },
  "grafana-for-everybody-by-one-file": hub(({ hub: section }) => {
    section["grafana"] = { replicas: 2, exposure: "Ingress" };
  }),
  "grafana-with-groups-that-nobody-knows": hub(({ hub: section }) => {
    section["grafana"] = {
      ingressClass: "nginx",
      organisations: { acme: { tenants: ["dev"], editors: ["acme-engineers"] } },
    };
  }),
  "grafana-organisations-that-share-a-tenant": hub(({ hub: section }) => {
    Object.assign(section["tenants"] as object, {
      stg: { retentionDays: 30 },
      prd: { retentionDays: 90 },
    });
    section["grafana"] = {
      organisations: { acme: { tenants: ["dev"] }, globex: { tenants: ["dev", "stg", "qa"] } },
    };
  }),
  "grafana-that-lets-nobody-in": hub(({ hub: section }) => {
    section["grafana"] = { oidc: { ...oidc, admins: [] } };
  }),
  "grafana-with-a-group-of-two-words": hub(({ hub: section }) => {
    section["grafana"] = {
      host: "grafana.example.com",
      oidc: { ...oidc, admins: ["platform engineers"] },
    };
  }),
  "grafana-without-passwords": () => {
    const sections = hubSections();
    const database = { host: "postgres.example.com:5432" };
    sections.hub["grafana"] = { host: "grafana.example.com", replicas: 2, database, oidc };
    parseSecrets("ops", parseSettings("ops", sections), { grafana: { adminPassword: "..." } });
  },
  "credentials-not-there": () => {
    const sections = hubSections();
    bucketOf(sections).bucket = lab;
    parseSecrets("ops", parseSettings("ops", sections), {});
  },
  "credentials-incomplete": () => {
    const sections = hubSections();
    bucketOf(sections).bucket = lab;
    parseSecrets("ops", parseSettings("ops", sections), {
      objectStores: { lab: { accessKeyId: 12345 } },
    });
  },
};

describe("bad configuration is refused with a message that mends it", () => {
  test.each(Object.entries(cases))("%s", async (name, attempt) => {
    await expect(messageOf(attempt)).toMatchFileSnapshot(
      join(__dirname, "messages", `${name}.txt`),
    );
  });

  test("at least 30 of them", () => expect(Object.keys(cases).length).toBeGreaterThanOrEqual(30));
});
