import { z } from "zod";
import type { Backend } from "../../components/backends/backend";
import { readAddress, type Architecture } from "../../components/backends/kit/architecture";
import { flushByPath } from "../../components/backends/kit/flush";
import { PodReader } from "../../components/backends/kit/pod-reader";
import { PROBE_SERVICE, type LogLine, type LogsReader } from "../../components/backends/requests";
import { text } from "../../components/kit/fields";
import { toYaml } from "../../components/kit/yaml";

const WRITE_PATH = "/toy/v1/lines";

const ARCHITECTURE: Architecture = {
  name: "toy",
  title: "Toy",
  httpPort: 7070,
  grpcPort: 7071,
  components: ["ingester"],
  answers: { writes: "ingester", reads: "ingester" },
  stateful: ["ingester"],
  replicated: ["ingester"],
  calls: [],
  usesStore: ["ingester"],
  usesCaches: [],
};

interface ToyLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly time: number;
  readonly text: string;
}

/** Answers every question by a list of lines of a tenant. */
class ToyReader extends PodReader implements LogsReader {
  async newestLine(tenant: string, cluster: string) {
    const lines = await this.lines(tenant);
    return lines.filter(({ labels }) => labels["cluster"] === cluster).at(-1);
  }

  async unexpectedStreams(tenant: string, { clusters }: { readonly clusters: readonly string[] }) {
    const lines = await this.lines(tenant);
    const strange = lines.filter(({ labels }) => !clusters.includes(labels["cluster"] ?? ""));
    return strange.length > 0 ? [{ query: "lines of others", streams: strange.length }] : [];
  }

  async linesOfTrace(tenant: string, cluster: string, traceId: string) {
    const lines = await this.lines(tenant);
    return lines.filter(
      ({ labels }) => labels["cluster"] === cluster && labels["trace_id"] === traceId,
    );
  }

  failure(tenants: readonly string[]) {
    return this.healthOf({ path: "/toy/health", tenants }, (body) => body === "ok");
  }

  tenants(tenants: readonly string[]) {
    return this.json<string[]>("/toy/tenants", tenants);
  }

  lines(tenant: string): Promise<LogLine[]> {
    return this.json<ToyLine[]>("/toy/lines", [tenant]);
  }
}

/**
 * A backend of logs that stores nothing: what it takes to add one. Everything else finds it by its
 * line in the registry.
 */
export const TOY: Backend<"logs"> = {
  name: "toy",
  title: "Toy",
  signal: "logs",
  options: { shelf: text("Name of the shelf on which toys are kept", "upper").optional() },
  others: "others have no shelves",
  defaultDisk: "3Gi",
  components: ARCHITECTURE.components,
  knowsPrefix: false,
  architecture: () => ARCHITECTURE,
  durability: ({ topology }) => ({ topology, copies: 1, ingesters: 1 }),
  check: ({ options: { shelf } }, { name }) =>
    shelf === undefined
      ? [
          {
            path: ["cells", name, "logs", "shelf"],
            expected: "a shelf, because toys are kept on one",
            example: "upper",
          },
        ]
      : [],
  frozen: [
    {
      key: "shelf",
      lost: (was) => `every toy on the ${was} shelf`,
      instead: (was, asked) => [`carry them from ${was} to ${asked}`],
    },
  ],
  flush: (cell) => flushByPath("toy", cell, ARCHITECTURE.httpPort, "toy/flush"),
  uploadsWhenStopped: true,
  ingest: [
    {
      path: WRITE_PATH,
      protocol: "toy lines",
      port: "http",
      maxBodyBytes: 12_345,
      answers: [
        {
          status: "418",
          becomes: "418",
          when: "it is a teapot",
          whyNothingIsLost: "nobody writes to teapots",
        },
      ],
    },
    {
      path: "/otlp/v1/logs",
      protocol: "OTLP/HTTP",
      port: "http",
      backendPath: "/toy/otlp",
      maxBodyBytes: 12_345,
      answers: [],
    },
  ],
  datasource: {
    type: "toy-datasource",
    path: "/toy",
    readsSeveralTenants: () => false,
    jsonData: ({ traces }) => ({ traces: traces?.uid }),
    fromSpan: { toys: true },
  },
  alerts: {
    ringMembers: "toy_ring_members",
    compactorFailures: {},
    bucket: { failures: "toy_bucket_failures_total", operations: "toy_bucket_operations_total" },
    discarded: { counter: "toy_discarded_total", repeated: "busy" },
  },
  ownAlerts: (hub) => [
    {
      name: "ToyBroken",
      severity: "warning",
      expr: `max by (pod) (toy_broken{${hub}}) > 0`,
      for: "7m",
      summary: "A toy of {{ $labels.pod }} is broken",
      description: "Nobody plays with it. First: glue",
    },
  ],
  limits: (_, { tenants }) => [
    {
      components: ["ingester"],
      byTenant: Object.fromEntries(
        tenants.map(({ id, retentionDays }) => [id, { keptDays: retentionDays.logs }]),
      ),
      read: async (ask) => {
        const { body } = await ask({ path: "/toy/limits" });
        return z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(body));
      },
    },
  ],
  reader: (ask) => new ToyReader("Toy", ask),
  probe: {
    what: "toy",
    write({ id, labels, milliseconds: time }, encode) {
      const line = { time, text: id, resource: { ...labels, "service.name": PROBE_SERVICE } };
      const encoded = encode.logLines([{ ...line, attributes: {} }]);
      return { path: WRITE_PATH, method: "POST", ...encoded };
    },
    async count(ask, tenant, ids) {
      const lines = await new ToyReader("Toy", ask).lines(tenant);
      return lines.filter((line) => ids.includes(line.text)).length;
    },
  },
  type: "test:toy:Toy",
  deploy(make, installation, { store: { topology, options, backend }, cell }) {
    const [limits] = backend.limits({ signal: "logs", topology, options, backend }, cell);
    const shared = make.createShared(installation, "toys.yaml", limits?.byTenant ?? {});
    const text = installation.bucket.apply(({ bucket }) =>
      toYaml({ bucket, shelf: options["shelf"] }),
    );
    const config = make.createStartUpConfig(installation, "single", "toy.yaml", text);
    const ready = make.createSingle(installation, {
      config,
      shared,
      paths: { config: "/etc/toy", runtime: "/etc/toy-runtime", data: "/data" },
      resources: {
        requests: { cpu: "10m", memory: "10Mi" },
        limits: { cpu: "20m", memory: "20Mi" },
        goMemoryLimit: "15MiB",
      },
    });
    const service = make.createWriteService(installation, topology, ready);
    const reads = readAddress(installation, topology);
    return {
      addresses: { http: service.metadata.name.apply((host) => `${host}:7070`) },
      readAddress: reads,
      allReadAddress: reads,
    };
  },
};
