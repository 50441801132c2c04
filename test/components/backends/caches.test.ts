import { describe, expect, it } from "vitest";
import type { HubCellArgs } from "../../../components/hub/cell-args";
import { REDIS_PASSWORD } from "../../../components/backends/kit/cache-config";
import { backendOf } from "../../../components/backends/registry";
import { HubObservability } from "../../../components/hub/hub-observability";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, settled } from "../../support/mocks";
import { connection, hubArgs } from "../hub/hub";

const topology = "microservices" as const;
const ARCHITECTURES = [backendOf("metrics", "cortex"), backendOf("logs")].map((backend) =>
  backend.architecture({}),
);
const password = `a"b`;
const place = { endpoint: "redis.example.com:6380", password };

async function build(main: HubCellArgs) {
  const recorded = recordResources();
  new HubObservability("hub", hubArgs({ cells: { main } }));
  await settled();
  return recorded.filter(({ type }) => type.startsWith("kubernetes:"));
}

interface Workload {
  readonly metadata: { readonly name: string };
  readonly spec: {
    template: { spec: { containers: { env?: { name: string; valueFrom?: unknown }[] }[] } };
  };
}

describe("a Redis that is there", () => {
  const bucket = connection;
  const cell: HubCellArgs = {
    metrics: { bucket, backend: "cortex", topology, redis: place },
    logs: {
      bucket,
      topology,
      schemaFrom: "2026-01-31",
      redis: { ...place, database: 1, tls: false },
    },
  };

  it("gives its password to those that cache, as YAML reads it, and makes no memcached", async () => {
    const recorded = await build(cell);
    expect(recorded.filter(({ name }) => name.includes("memcached"))).toEqual([]);
    const secrets = recorded.filter(({ name }) => name.endsWith("-redis"));
    expect(secrets.map(({ name, inputs }) => [name, inputs["stringData"]])).toEqual([
      ["hub-cortex-main-redis", { yaml: '"a\\"b"' }],
      ["hub-loki-main-redis", { yaml: '"a\\"b"' }],
    ]);
    const given = recorded.flatMap(({ inputs }) => {
      const { metadata, spec } = inputs as unknown as Workload;
      const env = spec?.template?.spec.containers.flatMap((each) => each.env ?? []) ?? [];
      return env.some(({ name }) => name === REDIS_PASSWORD) ? [metadata.name] : [];
    });
    const caching = ARCHITECTURES.flatMap(({ name, usesCaches }) =>
      usesCaches.map((part) => `${name}-main-${part}`),
    );
    expect(given.sort()).toEqual(caching.sort());
    expect(violations(recorded.map(({ inputs }) => inputs as unknown as KubernetesObject))).toEqual(
      [],
    );
  });

  it("is reached by those that cache, and by nobody else", async () => {
    const policies = (await build(cell)).filter(({ type }) => type.endsWith(":NetworkPolicy"));
    const reaches = policies.filter(({ inputs }) => JSON.stringify(inputs).includes('"port":6380'));
    expect(reaches).toHaveLength(ARCHITECTURES.flatMap(({ usesCaches }) => usesCaches).length);
  });

  it("is refused for Mimir, beside memcached, for one process, and in the database of another backend", async () => {
    recordResources();
    const attempt = (main: HubCellArgs) => () =>
      new HubObservability("hub", hubArgs({ cells: { main } }));
    const metrics = cell.metrics;
    expect(attempt({ metrics: { ...metrics, backend: "mimir" } })).toThrow(
      "Mimir has no client for Redis",
    );
    expect(attempt({ metrics: { ...metrics, caches: true } })).toThrow("one cache, not two");
    expect(attempt({ metrics: { ...metrics, topology: "single" } })).toThrow(
      "caches, redis or zones are given",
    );
    expect(attempt({ metrics: { ...metrics, redis: { endpoint: "redis" } } })).toThrow(
      "host and port of one server",
    );
    expect(attempt({ ...cell, logs: { ...cell.logs!, redis: place } })).toThrow(
      "what the other has cached",
    );
    await settled();
  });
});

it("memcached for log lines has an address for each pod, which is there before the pod is", async () => {
  const logs = { bucket: connection, topology, schemaFrom: "2026-01-31", caches: true };
  const recorded = await build({ metrics: { bucket: connection }, logs });
  const services = recorded.filter(
    ({ type, name }) => type.endsWith(":Service") && name.includes("memcached-"),
  );
  const selected = services.map(({ name, inputs }) => {
    const { metadata, spec } = inputs as unknown as {
      metadata: { annotations?: Record<string, string> };
      spec: { clusterIP?: string; selector: object };
    };
    const waits = metadata.annotations?.["pulumi.com/skipAwait"] !== "true";
    return [name, spec.clusterIP, Object.values(spec.selector).at(-1) as string, waits];
  });
  expect(selected).toEqual([
    ["hub-loki-main-memcached-service", "None", "memcached", true],
    ["hub-loki-main-memcached-0", undefined, "loki-main-memcached-0", false],
    ["hub-loki-main-memcached-1", undefined, "loki-main-memcached-1", false],
  ]);
  expect(violations(recorded.map(({ inputs }) => inputs as unknown as KubernetesObject))).toEqual(
    [],
  );
  const config = recorded.find(({ name }) => name === "hub-loki-main-microservices-config");
  expect(JSON.stringify(config?.inputs)).toContain(
    "loki-main-memcached-0:11211,loki-main-memcached-1:11211",
  );
});
