import { z } from "zod";
import type { Cell, Store } from "../../hub/model";
import { microservicesRole, singleRole } from "../kit/roles";
import { described } from "../../kit/fields";
import type { Flow } from "../../kit/flows";
import type { Backend, BackendAnswer } from "../backend";
import { answering } from "../kit/architecture";
import { flushByPath } from "../kit/flush";
import { TRACES } from "./boards";
import { tempoBoards } from "./operations";
import { MAX_OTLP_BYTES } from "./config";
import { deployTempo } from "./deploy";
import { tempoRuntimeConfig, traceLoads } from "./limits";
import {
  makesMetrics,
  METRICS_GENERATOR,
  TEMPO_COMPONENTS,
  tempoArchitecture,
  tempoDurability,
  tempoIssues,
} from "./plan";
import { OTLP_PATH, TempoReader, traceProbe } from "./reader";

const OTLP = {
  maxBodyBytes: MAX_OTLP_BYTES,
} as const;
const UNDECODABLE: BackendAnswer = {
  status: "400",
  becomes: "400",
  when: "Tempo cannot decode the request",
  whyNothingIsLost: "nobody could decode it, so it holds no usable data",
};

/** https://grafana.com/docs/tempo/latest/ */
export const TEMPO: Backend<"traces"> = {
  name: "tempo",
  title: "Tempo",
  signal: "traces",
  options: {
    metricsGenerator: described(
      z.boolean().default(false),
      "Whether Tempo derives metrics from spans. " +
        "Every edge of the cell must then send all of its traces.",
      true,
      "true or false",
    ),
  },
  defaultDisk: "20Gi",
  components: TEMPO_COMPONENTS,
  knowsPrefix: true,
  protectedConfig: [
    ...["multitenancy_enabled", "target", "memberlist", "storage", "overrides"],
    ...["server.http_listen_port", "server.grpc_listen_port", "distributor.receivers"],
    ...["distributor.ring", "ingester.lifecycler", "compactor.ring"],
    ...["metrics_generator.ring", "metrics_generator.storage"],
  ],
  architecture: (options) => tempoArchitecture(makesMetrics(options)),
  durability: tempoDurability,
  check: tempoIssues,
  frozen: [],
  flush: (cell) => flushByPath("tempo", cell, tempoArchitecture(false).httpPort, "flush"),
  uploadsWhenStopped: true,
  ingest: [
    { path: OTLP_PATH, protocol: "OTLP/HTTP", port: "http", ...OTLP, answers: [UNDECODABLE] },
    {
      path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
      protocol: "OTLP/gRPC",
      port: "grpc",
      ...OTLP,
      answers: [],
    },
  ],
  // https://grafana.com/docs/grafana/v13.2/datasources/tempo/configure-tempo-data-source/provision/
  datasource: {
    type: "tempo",
    path: "",
    readsSeveralTenants: () => true,
    jsonData: ({ metrics, logs }) => ({
      nodeGraph: { enabled: true },
      ...(logs && {
        tracesToLogsV2: { datasourceUid: logs.uid, ...logs.backend.datasource.fromSpan },
      }),
      ...(metrics && {
        tracesToMetrics: { datasourceUid: metrics.uid, ...metrics.backend.datasource.fromSpan },
        serviceMap: { datasourceUid: metrics.uid },
      }),
    }),
  },
  dashboards: () => [TRACES, ...tempoBoards()],
  alerts: {
    ringMembers: "tempo_ring_members",
    uploadFailures: ["tempo_ingester_failed_flushes_total"],
    compactorFailures: {
      tempodb_compaction_errors_total: "",
      tempodb_retention_errors_total: "",
    },
    // It counts no operations, but looks every minute what is there.
    bucket: {
      failures: "tempodb_blocklist_poll_errors_total",
      operations: "tempodb_blocklist_poll_duration_seconds_count",
      operation: "list",
    },
    discarded: {
      counter: "tempo_discarded_spans_total",
      repeated: "rate_limited|internal_error",
    },
  },
  flows: generatorFlows,
  limits({ options }, cell) {
    const loads = traceLoads(cell, makesMetrics(options));
    const generator = makesMetrics(options) ? [METRICS_GENERATOR] : [];
    return [
      {
        components: ["distributor", "ingester", "querier", "compactor", ...generator],
        byTenant: tempoRuntimeConfig(loads).overrides,
        read: (ask) => new TempoReader(ask).limits(),
      },
    ];
  },
  reader: (ask) => new TempoReader(ask),
  probe: traceProbe,
  type: "heliograph:hub:Tempo",
  deploy: deployTempo,
};

/** Metrics made of spans are written to the cell's backend of metrics. */
function generatorFlows({ topology, options }: Store, { name, stores }: Cell): Flow[] {
  if (!makesMetrics(options)) return [];
  const role =
    topology === "microservices"
      ? microservicesRole("tempo", name, METRICS_GENERATOR)
      : singleRole("tempo", name);
  const { backend, options: metricsOptions, topology: metricsTopology } = stores.metrics;
  const architecture = backend.architecture(metricsOptions);
  const { writePorts, httpPort } = architecture;
  return [
    {
      from: { pods: role },
      to: { pods: answering(architecture, "writes", name, metricsTopology).role },
      ports: writePorts?.map(({ port }) => port) ?? [httpPort],
      why: "metrics made of spans",
    },
  ];
}
