/**
 * Proves: each value of a stack file arrives where it means something. In the stacks of
 * test/stacks/wiring every value differs from its default and from every other one, so that none
 * can take another's place. Proves too: nothing secret is recorded without the mark of a secret, in
 * any resource or output.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openProject } from "../../src/cli/project";
import { renderStacks, type Rendered } from "../../src/cli/commands/render/render-stack";
import { LINKS, violations, type KubernetesObject } from "../policy/policies";
import { secretPaths, withoutSecretMarks } from "../support/mocks";
import { parsed } from "../support/yaml";

const folder = mkdtempSync(join(tmpdir(), "heliograph-wiring-"));
afterAll(() => rmSync(folder, { recursive: true }));
const render = (stacks: readonly string[]) => renderStacks(openProject(folder), stacks);

let ops: Rendered;
let far: Rendered;
/** An edge whose metrics stay with it. */
let kept: Rendered;
beforeAll(async () => {
  cpSync(join(__dirname, "wiring"), folder, { recursive: true });
  [ops, far, kept] = (await render(["ops", "far", "kept"])) as [Rendered, Rendered, Rendered];
}, 120_000);

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Plain = any;

function objectOf({ objects }: Rendered, kind: string, name: string, namespace?: string): Plain {
  const found = objects.filter(
    ({ manifest }) =>
      manifest.kind === kind &&
      manifest.metadata.name === name &&
      (namespace === undefined || manifest.metadata.namespace === namespace),
  );
  expect(found.length, `${kind} ${name}`).toBe(1);
  return found[0]?.manifest;
}
const dataOf = (stack: Rendered, configMap: string, file: string) =>
  parsed(objectOf(stack, "ConfigMap", configMap).data[file]);
const podOf = (stack: Rendered, kind: string, name: string) =>
  objectOf(stack, kind, name).spec.template;
const argsOf = (stack: Rendered, kind: string, name: string): string[] =>
  podOf(stack, kind, name).spec.containers.flatMap(({ args = [] }: Plain) => args);

describe("a tenant's data is kept", () => {
  const limits = (backend: string) =>
    dataOf(ops, `${backend}-one-runtime`, "runtime.yaml").overrides;

  test.each([
    ["a", 41, 43, 47],
    ["b", 29, 11, 5],
    ["c", 53, 59, 61],
  ])("%s: metrics for %i days, logs %i, traces %i", (id, metrics, logs, traces) => {
    expect(limits("mimir")[id].compactor_blocks_retention_period).toBe(`${metrics}d`);
    expect(limits("loki")[id].retention_period).toBe(`${logs}d`);
    expect(limits("tempo")[id].compaction.block_retention).toBe(`${traces}d`);
  });

  test("c, in Thanos: as they came for 31 days, of 5 minutes for 37, of an hour for 53", () => {
    expect(argsOf(ops, "StatefulSet", "thanos-two-compactor-53d")).toEqual(
      expect.arrayContaining([
        "--retention.resolution-raw=31d",
        "--retention.resolution-5m=37d",
        "--retention.resolution-1h=53d",
      ]),
    );
  });

  test("with limits by what its own edges send, and for their own outage", () => {
    expect(limits("mimir")["a"].out_of_order_time_window).toBe("7h");
    expect(limits("mimir")["b"].out_of_order_time_window).toBe("4h");
    expect(limits("mimir")["a"].max_global_series_per_user).toBe(292_604);
    expect(limits("mimir")["b"].max_global_series_per_user).toBe(252_900);
    expect(limits("tempo")["a"].ingestion.max_traces_per_user).toBe(81_900);
    expect(limits("tempo")["b"].ingestion.max_traces_per_user).toBe(30_900);
    expect(limits("loki")["a"].max_global_streams_per_user).toBe(80_000);
    expect(limits("loki")["b"].max_global_streams_per_user).toBe(25_000);
    expect(limits("mimir")["heliograph"].ruler_alertmanager_client_config.alertmanager_url).toBe(
      "http://alerts.example.com:9149",
    );
  });
});

describe("a cell", () => {
  const claims = (name: string) =>
    objectOf(ops, "StatefulSet", name).spec.volumeClaimTemplates.map(({ spec }: Plain) => [
      spec.storageClassName,
      spec.resources.requests.storage,
    ]);

  test("has its own disks", () => {
    expect(claims("mimir-one")).toEqual([["class-one-metrics", "17Gi"]]);
    expect(claims("loki-one")).toEqual([["class-one-logs", "19Gi"]]);
    expect(claims("tempo-one")).toEqual([["class-one-traces", "23Gi"]]);
  });

  test.each([
    ["mimir-one", "mimir.yaml", "one-metrics", 9017, "r-1", "preone"],
    ["loki-one", "loki.yaml", "one-logs", 9019, "us-east-1", undefined],
    ["tempo-one", "tempo.yaml", "one-traces", 9023, "us-east-1", undefined],
  ])("%s writes to its own bucket", (name, file, bucket, port, region, prefix) => {
    const text: string = objectOf(ops, "ConfigMap", name).data[file];
    for (const each of [bucket, `one.example.com:${port}`, region, prefix ?? bucket])
      expect(text).toContain(each);
    const others = ["one-metrics", "one-logs", "one-traces", "two-metrics"].filter(
      (other) => other !== bucket,
    );
    for (const other of others) expect(text).not.toContain(other);
  });

  test("takes lines of the month before its schema's day", () => {
    const config = dataOf(ops, "loki-one", "loki.yaml");
    expect(config.schema_config.configs[0].from).toBe("2025-01-03");
  });

  test("as microservices has the pods, the Redis and the disks that it asks for", () => {
    const ingester = objectOf(ops, "StatefulSet", "thanos-two-ingester");
    expect(ingester.spec.replicas).toBe(3);
    const text = JSON.stringify(ops.objects.map(({ redacted }) => redacted));
    expect(text).toMatch(/redis\.example\.com:6151[^"]*db: 7/);
    expect(text).toContain("class-two-metrics");
    expect(text).toContain("29Gi");
  });
});

describe("the gateway", () => {
  test("is reached as its section says", () => {
    const { metadata, spec } = objectOf(ops, "Service", "gateway");
    expect(metadata.annotations).toMatchObject({ "example.com/gateway": "13" });
    expect(spec).toMatchObject({ type: "NodePort", ports: [{ port: 8443, nodePort: 30_011 }] });
    expect(objectOf(ops, "Deployment", "gateway").spec.replicas).toBe(7);
    const request = ops.resources.find(
      ({ type, inputs }) => /CertRequest/.test(type) && /ingest/.test(JSON.stringify(inputs)),
    );
    expect(withoutSecretMarks(request?.inputs)).toMatchObject({
      dnsNames: expect.arrayContaining(["ingest.example.com"]),
      ipAddresses: ["10.3.5.7"],
    });
  });

  test("knows each edge by the key that its entry trusts, and leaves out revoked ones", () => {
    const config: string = objectOf(ops, "ConfigMap", "gateway").data["nginx.conf"];
    const map = (variable: string) =>
      new RegExp(`map \\$ssl_client_s_dn \\$${variable} \\{([^}]*)\\}`).exec(config)?.[1] ?? "";
    expect(map("tenant")).toContain('"CN=far,OU=key-107,O=heliograph" b;');
    expect(map("tenant")).toContain('"CN=ops,OU=key-1,O=heliograph" a;');
    expect(map("tenant")).not.toContain("old");
    expect(map("cell")).toContain('"CN=far,OU=key-107,O=heliograph" one;');
  });
});

describe("the contract", () => {
  test("tells each edge its own facts", () => {
    const { edges, gateway, authority } = ops.outputs["hub"] as Plain;
    expect(gateway).toEqual({
      url: "https://ingest.example.com:8443",
      serverName: "ingest.example.com",
    });
    expect(authority).toEqual({ trusted: [3, 5], signing: 5, renewBeforeDays: 11 });
    expect(edges.far).toMatchObject({
      state: "signed",
      tenant: "b",
      cell: "one",
      environment: "env-far",
      region: "at-far",
      clusterType: "workload",
      keyGeneration: 107,
      activeSeries: 79_031,
      nodes: 83,
      pods: 89,
      applicationSeries: 97,
      logBytesPerSecond: 101_009,
      spansPerSecond: 103,
      outageSeconds: 10_800,
      signals: ["metrics", "logs", "traces"],
    });
    expect(edges.ops).toMatchObject({
      clusterType: "ops",
      outageSeconds: 7200,
      spansPerSecond: 73,
    });
    expect(edges.kept).toMatchObject({ query: "query.kept.example.com:10137" });
  });

  test("does not say `signed` of a revoked edge", () => {
    const { edges, metricsBackends } = ops.outputs["hub"] as Plain;
    expect(edges.old).toMatchObject({ state: "revoked", signals: ["metrics"], cell: "two" });
    expect(metricsBackends).toEqual({ two: "thanos" });
  });
});

describe("what an edge keeps is recorded, for guards", () => {
  const labels = (cluster: string, tenant: string, type: string) => ({
    cluster,
    tenant_id: tenant,
    environment: `env-${cluster}`,
    region: `at-${cluster}`,
    cluster_type: type,
  });
  const hub = { url: "https://ingest.example.com:8443", serverName: "ingest.example.com" };

  test.each([
    ["ops", () => ops, "a", "ops", "3072Mi"],
    ["far", () => far, "b", "workload", "179Gi"],
  ] as const)("the queue of %s", (edge, stack, tenant, type, bufferDisk) => {
    const { queue } = stack().outputs["stored"] as Plain;
    expect(queue).toEqual({
      edge,
      ...hub,
      labels: labels(edge, tenant, type),
      bufferDisk,
      storageClass: `class-${edge}`,
    });
  });

  test("the metrics of kept", () => {
    const { kept: stored, queue } = kept.outputs["stored"] as Plain;
    expect(stored).toMatchObject({ edge: "kept", bucket: "kept.example.com:9251/kept-metrics" });
    expect(queue).toBeUndefined();
  });
});

describe("what watches and shows the hub", () => {
  test("queries edges and cells from as many pods as it says", () => {
    expect(objectOf(ops, "Deployment", "global-query").spec.replicas).toBe(3);
    const { endpoints } = dataOf(ops, "global-query", "endpoints.yaml");
    expect(endpoints.map(({ address }: Plain) => address)).toContain("edge-kept:10137");
  });

  test("watches the hub by the edge of its own stack", () => {
    const rules = ops.objects
      .map(({ manifest }) => manifest as Plain)
      .filter(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.endsWith("-rules"))
      .flatMap(({ data }) => Object.values(data as Record<string, string>));
    expect(rules.some((text) => text.includes('namespace="heliograph-hub",cluster="ops"'))).toBe(
      true,
    );
  });

  test("calls the dead man's switch as often as it says", () => {
    expect(JSON.stringify(podOf(ops, "Deployment", "dead-mans-switch"))).toContain("sleep 151");
  });

  test("Grafana lets in whom it says", () => {
    const ini: string = objectOf(ops, "ConfigMap", "grafana").data["grafana.ini"];
    for (const line of [
      "domain = grafana.example.com",
      "host = postgres.example.com:5163",
      "name = db-name",
      "user = db-user",
      "ssl_mode = require",
      "name = Log in",
      "client_id = client-167",
      "auth_url = https://login.example.com/authorize",
      "token_url = https://login.example.com/token",
      "api_url = https://login.example.com/userinfo",
      "scopes = openid groups",
      "org_attribute_path = roles",
      "org_mapping = g-admins:1:Admin g-editors:1:Editor g-viewers:1:Viewer o-editors:org:Editor o-viewers:org:Viewer",
    ])
      expect(ini).toContain(`\n${line}\n`);
    expect(objectOf(ops, "Deployment", "grafana").spec.replicas).toBe(5);
    const { metadata, spec } = objectOf(ops, "Service", "grafana");
    expect(metadata.annotations).toMatchObject({ "example.com/grafana": "157" });
    expect(spec.type).toBe("LoadBalancer");
    expect(JSON.stringify(podOf(ops, "Deployment", "grafana"))).toContain("grafana-tls");
  });

  test("images come from the mirror", () => {
    const images = ops.objects.flatMap(({ manifest }) =>
      [...JSON.stringify(manifest).matchAll(/"image":"([^"]*)"/g)].map(([, image]) => image),
    );
    expect(images.length).toBeGreaterThan(20);
    expect(images.filter((image) => !image?.startsWith("mirror.example.com/hub/"))).toEqual([]);
  });
});

describe("an edge", () => {
  const agent = () => dataOf(far, "prometheus-agent", "prometheus.yml");

  test("sends to its hub, with its own labels", () => {
    const { global, remote_write } = agent();
    expect(global.scrape_interval).toBe("13s");
    expect(remote_write[0].url).toBe("https://ingest.example.com:8443/api/v1/push");
    const set = remote_write[0].write_relabel_configs
      .filter(({ replacement }: Plain) => replacement !== undefined)
      .map(({ target_label, replacement }: Plain) => [target_label, replacement]);
    expect(Object.fromEntries(set)).toEqual({
      cluster: "far",
      environment: "env-far",
      region: "at-far",
      cluster_type: "workload",
      tenant_id: "b",
      __replica__: "prometheus-agent-0",
    });
  });

  test("scrapes what its sources say", () => {
    const jobs: Plain[] = agent().scrape_configs;
    const checkout = jobs.find(({ job_name }) => job_name.includes("checkout"));
    expect(checkout).toMatchObject({ metrics_path: "/m", scrape_interval: "193s" });
    expect(JSON.stringify(checkout)).toContain("metrics-191");
    expect(jobs.filter(({ sample_limit }) => sample_limit === 181)).toHaveLength(2);
    const dcgm = jobs.find(({ job_name }) => job_name.includes("dcgm"));
    expect(JSON.stringify(dcgm)).toContain("DCGM_FI_DEV_GPU_UTIL");
    const kubelet = jobs.find(({ job_name }) => job_name.includes("kubelet"));
    expect(kubelet.tls_config.insecure_skip_verify).toBe(true);
  });

  test("buffers on the disk that it asks for, in both agents", () => {
    for (const name of ["prometheus-agent-buffer", "prometheus-agent-b-buffer"])
      expect(objectOf(far, "PersistentVolumeClaim", name).spec).toMatchObject({
        storageClassName: "class-far",
        resources: { requests: { storage: "179Gi" } },
      });
    expect(far.outputs["buffer"]).toMatchObject({ agents: 2, disk: "179Gi" });
  });

  test("samples traces as the user says", () => {
    const { processors, connectors } = dataOf(far, "otel-gateway", "config.yaml");
    const { decision_wait, policies } = processors.tail_sampling;
    expect(decision_wait).toBe("19s");
    expect(policies).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ latency: { threshold_ms: 23_000 } }),
        expect.objectContaining({ probabilistic: { sampling_percentage: 17 } }),
      ]),
    );
    expect(connectors).toEqual({});
    expect(objectOf(far, "StatefulSet", "otel-gateway").spec.replicas).toBe(3);
    expect(far.outputs["queues"]).toEqual({ node: "7Gi", gateway: "11Gi" });
  });

  test("takes the sampling that its file names, and no other", async () => {
    const file = join(folder, "Pulumi.far.yaml");
    const before = readFileSync(file, "utf8");
    try {
      writeFileSync(file, before.replace("sampling: tail", "sampling: none"));
      const [stack] = (await render(["far"])) as [Rendered];
      const { processors } = dataOf(stack, "otel-gateway", "config.yaml");
      expect(Object.keys(processors)).not.toContain("tail_sampling");
    } finally {
      writeFileSync(file, before);
    }
  }, 60_000);

  test("drops, redacts and exports what its file says", () => {
    const config = JSON.stringify(dataOf(far, "otel-agent", "config.yaml"));
    for (const each of [
      "drop-197",
      "secret-199",
      "gone-211",
      "secret-223",
      "gone-227",
      "index-241",
    ])
      expect(config).toContain(each);
    expect(config).toContain("https://splunk.example.com:8229/services/collector");
    const pod = JSON.stringify(podOf(far, "DaemonSet", "otel-agent"));
    expect(pod).toContain('"key":"key-239"');
    expect(pod).toContain('"name":"token-233"');
  });

  test("of the hub's own cluster has queues for its bytes and spans a second, not one for the other", () => {
    expect(ops.outputs["queues"]).toEqual({ node: "2016Mi", gateway: "336Mi" });
    expect(ops.outputs["buffer"]).toMatchObject({ agents: 1, disk: "3072Mi" });
  });

  test("asks for a certificate with the key of its generation", () => {
    const subject = far.resources.find(({ type }) => /CertRequest/.test(type))?.inputs as Plain;
    expect(withoutSecretMarks(subject)).toMatchObject({
      subject: { commonName: "far", organizationalUnit: "key-107" },
    });
    expect(far.outputs["edge"]).toMatchObject({ name: "far", keyGeneration: 107 });
  });
});

describe("an edge whose metrics stay with it", () => {
  test("is queried where its file says", () => {
    const { metadata, spec } = objectOf(kept, "Service", "thanos-query");
    expect(metadata.annotations).toMatchObject({ "example.com/query": "263" });
    expect(spec).toMatchObject({ type: "NodePort", ports: [{ port: 10137, nodePort: 30_257 }] });
  });

  test("keeps each resolution for its own days, in its own bucket", () => {
    expect(argsOf(kept, "StatefulSet", "thanos-compactor")).toEqual(
      expect.arrayContaining([
        "--retention.resolution-raw=269d",
        "--retention.resolution-5m=271d",
        "--retention.resolution-1h=277d",
      ]),
    );
    const text = JSON.stringify(kept.objects.map(({ redacted }) => redacted));
    for (const each of ["281Gi", "class-kept", "kept-metrics", "kept.example.com:9251"])
      expect(text).toContain(each);
  });

  test("tells its hub where it is queried, and what it runs with", () => {
    const { edges, trustBundle, queryTrust } = ops.outputs["hub"] as Plain;
    const { certificate, query } = edges.kept;
    expect(kept.outputs["edge"]).toMatchObject({
      ...{ name: "kept", state: "connected", query },
      runsWith: { certificate, trustBundle },
    });
    const [trusted] = Object.values(objectOf(kept, "ConfigMap", "thanos-query-trust").data);
    expect(queryTrust).toHaveLength(2);
    for (const authority of queryTrust) expect(trusted).toContain(authority);
  });
});

test.each(["ops", "far"])("%s: ConfigMaps and Secrets change in place", (name) => {
  const { resources } = name === "ops" ? ops : far;
  const [provider] = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
  expect(withoutSecretMarks(provider?.inputs)).toMatchObject({
    enableConfigMapMutable: "true",
    enableSecretMutable: "true",
    context: name === "ops" ? "ops" : "far-context",
    kubeconfig: "",
  });
});

test("the gateway's hash changes with the certificates that it trusts", async () => {
  const hash = (stack: Rendered) => objectOf(stack, "ConfigMap", "gateway").metadata.annotations;
  const file = join(folder, "Pulumi.ops.yaml");
  const before = readFileSync(file, "utf8");
  try {
    writeFileSync(file, before.replace("trusted: [3, 5]", "trusted: [5]"));
    const [stack] = (await render(["ops"])) as [Rendered];
    expect(hash(stack)).not.toEqual(hash(ops));
  } finally {
    writeFileSync(file, before);
  }
}, 60_000);

test("objects lead to each other: services to pods, pods to their configuration", () => {
  const found = [ops, far, kept].flatMap(({ objects }) =>
    violations(objects.map(({ manifest }) => manifest as unknown as KubernetesObject)),
  );
  expect(found.filter(({ policy }) => LINKS.includes(policy))).toEqual([]);
});

test("all that is not allowed is denied, in both directions", () => {
  for (const { objects } of [ops, far, kept])
    for (const { manifest } of objects.filter(
      ({ manifest: { kind, metadata } }) =>
        kind === "NetworkPolicy" && metadata.name === "default-deny",
    ))
      expect((manifest as Plain).spec.policyTypes.sort()).toEqual(["Egress", "Ingress"]);
});

describe("secrets", () => {
  /** Texts of the secret section, and any private key. */
  const given = () => [
    ...new Set(
      ["ops", "kept"].flatMap((stack) => {
        const file = readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8");
        return [...file.matchAll(/secret-[a-z-]+[a-z]/g)].map(([text]) => text);
      }),
    ),
    "PRIVATE KEY-----",
  ];
  const holds = (value: unknown, secret: string) => {
    const text = JSON.stringify(value) ?? "";
    return text.includes(secret) || text.includes(Buffer.from(secret).toString("base64"));
  };

  test("of every resource are marked", () => {
    const resources = [ops, far, kept].flatMap((stack) => stack.resources);
    const unmarked = resources.flatMap(({ name, inputs }) => {
      const rest = withoutMarked(inputs);
      return given().flatMap((secret) => (holds(rest, secret) ? [`${name}: ${secret}`] : []));
    });
    expect(unmarked).toEqual([]);
    const marked = resources.filter(({ inputs }) => secretPaths(inputs).length > 0);
    for (const secret of given())
      expect(
        marked.some(({ inputs }) => holds(withoutSecretMarks(inputs), secret)),
        `${secret} reaches nothing`,
      ).toBe(true);
  });

  test("are in no output, message or manifest that is shown", () => {
    for (const { outputs, messages = [], objects } of [ops, far, kept] as Plain[])
      for (const secret of given())
        expect(
          holds([outputs, messages, objects.map(({ redacted }: Plain) => redacted)], secret),
          secret,
        ).toBe(false);
  });
});

/** A value without everything that is marked as secret. */
function withoutMarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarked);
  if (typeof value !== "object" || value === null) return value;
  if (secretPaths(value).includes("")) return "secret";
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutMarked(inner)]),
  );
}
