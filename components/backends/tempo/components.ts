import { INGESTER, type Architecture, type WritePort } from "../kit/architecture";

/** Where spans arrive. */
export const OTLP_PORTS = { http: 4318, grpc: 4317 } as const;
const WRITE_PORTS: readonly WritePort[] = [
  { name: "otlp-http", port: OTLP_PORTS.http, appProtocol: "http" },
  { name: "otlp-grpc", port: OTLP_PORTS.grpc, appProtocol: "grpc" },
];

/** Makes metrics of spans, where that is wanted. */
export const METRICS_GENERATOR = "metrics-generator";
export const TEMPO_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "compactor",
  METRICS_GENERATOR,
] as const;
export type TempoComponent = (typeof TEMPO_COMPONENTS)[number];

const WITHOUT_GENERATOR = TEMPO_COMPONENTS.filter((component) => component !== METRICS_GENERATOR);
const CALLS: Architecture<TempoComponent>["calls"] = [
  ["distributor", INGESTER, "spans"],
  ["querier", INGESTER, "what is not in the bucket yet"],
  ["querier", "query-frontend", "queries to work on, and their results"],
];

/** With or without the component that makes metrics of spans. */
export function tempoBackend(metricsGenerator: boolean): Architecture<TempoComponent> {
  return {
    name: "tempo",
    title: "Tempo",
    httpPort: 3200,
    grpcPort: 9095,
    writePorts: WRITE_PORTS,
    components: metricsGenerator ? TEMPO_COMPONENTS : WITHOUT_GENERATOR,
    answers: { writes: "distributor", reads: "query-frontend" },
    stateful: [INGESTER],
    replicated: [INGESTER],
    calls: metricsGenerator
      ? [...CALLS, ["distributor", METRICS_GENERATOR, "spans to make metrics of"]]
      : CALLS,
    // The query frontend cuts a search into blocks.
    usesStore: [INGESTER, "querier", "query-frontend", "compactor"],
    usesCaches: [],
  };
}

export const TEMPO = tempoBackend(false);
