import {
  GATEWAY_PORT,
  THANOS_GRPC_PORT,
  THANOS_HTTP_PORT,
  PROMETHEUS_AGENT,
} from "../contract/places";
import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import type { Role } from "../kit/labels";
import { bucketFlows, storeFlows, type StoreAddress } from "../storage/flows";
import { FLUENT_BIT, FLUENT_BIT_PORT } from "./logs/fluent-bit";
import { PROMTAIL, PROMTAIL_PORT } from "./logs/promtail";
import { KUBE_STATE_METRICS, KUBE_STATE_METRICS_PORT } from "./metrics/sources/kube-state-metrics";
import { NODE_EXPORTER, NODE_EXPORTER_PORT } from "./metrics/sources/node-exporter";
import { DCGM_PORT } from "./metrics/sources/dcgm";
import { PROMETHEUS_AGENT_PORT } from "./metrics/config";
import {
  COLLECTOR_METRICS_PORT,
  OTEL_AGENT,
  OTEL_GATEWAY,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
} from "./collector/program";
import type { Sources } from "./metrics/sources/args";
import type { Telemetry } from "./telemetry";
import { THANOS_COMPACTOR, THANOS_QUERY, THANOS_STORE } from "./local-store/config";

const HTTPS_PORT = 443;
/** Where API servers listen behind their Service. */
const API_SERVER_PORTS = [HTTPS_PORT, 6443];
const KUBELET_PORT = 10250;

interface Namespaces {
  readonly namespace: string;
  readonly nodeNamespace: string;
}

interface EdgeFlowsArgs extends Namespaces {
  readonly hubUrl: string;
  readonly sources: Sources;
  readonly telemetry: Telemetry;
  /** Where its metrics are stored, if they stay with it. */
  readonly store?: StoreAddress;
}

/** Every connection of the edge's pods. The policies of both namespaces are made from it, and tests hold it against what is seen on the network. */
export function edgeFlows({
  namespace,
  nodeNamespace,
  hubUrl,
  sources,
  telemetry,
  store,
}: EdgeFlowsArgs): Flow[] {
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace };
  // Policies see where a connection ends: in the hub's own cluster, behind its Service.
  const hubPorts = [...new Set([portOf(hubUrl), GATEWAY_PORT])];
  return [
    ...dnsFlows(agent),
    {
      from: agent,
      to: ANYWHERE,
      ports: API_SERVER_PORTS,
      why: "the API server: what there is to scrape, its metrics",
    },
    { from: agent, to: ANYWHERE, ports: hubPorts, why: "the hub's gateway" },
    { from: agent, to: agent, ports: [PROMETHEUS_AGENT_PORT], why: "the agents' own metrics" },
    ...sourceFlows(agent, { namespace, nodeNamespace }, sources),
    ...telemetryFlows(agent, { namespace, nodeNamespace }, hubPorts, telemetry),
    ...(store ? thanosFlows(agent, namespace, store) : []),
  ];
}

function thanosFlows(agent: PodPeer, namespace: string, store: StoreAddress): Flow[] {
  const [query, gateway, compactor] = [THANOS_QUERY, THANOS_STORE, THANOS_COMPACTOR].map(
    (pods) => ({
      pods,
      namespace,
    }),
  ) as [PodPeer, PodPeer, PodPeer];
  return [
    { from: ANYWHERE, to: query, ports: [THANOS_GRPC_PORT], why: "the hub's queries" },
    ...[agent, gateway].map((to) => ({
      from: query,
      to,
      ports: [THANOS_GRPC_PORT],
      why: "queries",
    })),
    ...[query, gateway, compactor].map((to) => ({
      from: agent,
      to,
      ports: [THANOS_HTTP_PORT],
      why: "metrics of Thanos",
    })),
    // The agents look names up as it is.
    ...[query, gateway, compactor].flatMap(dnsFlows),
    ...[agent, gateway, compactor].flatMap((user) => storeFlows(user, store)),
    ...bucketFlows([store], namespace),
  ];
}

function portOf(url: string): number {
  return Number(new URL(url).port || HTTPS_PORT);
}

/** Log agents that are not the collector, and where they show their metrics. */
const LOG_AGENTS = {
  promtail: { pods: PROMTAIL, port: PROMTAIL_PORT },
  "fluent-bit": { pods: FLUENT_BIT, port: FLUENT_BIT_PORT },
};

function telemetryFlows(
  prometheus: PodPeer,
  { namespace, nodeNamespace }: Namespaces,
  hubPorts: readonly number[],
  { agent, gateway, logs, exporters }: Telemetry,
): Flow[] {
  const otelAgent: PodPeer = { pods: OTEL_AGENT, namespace: nodeNamespace };
  const otelGateway: PodPeer = { pods: OTEL_GATEWAY, namespace };
  const destinations = [
    ...new Set([...hubPorts, ...exporters.map(({ endpoint }) => portOf(endpoint))]),
  ];
  const sender = (from: PodPeer, metricsPort: number): Flow[] => [
    ...dnsFlows(from),
    {
      from,
      to: ANYWHERE,
      ports: destinations,
      why: "the hub's gateway, and destinations next to it",
    },
    {
      from: prometheus,
      to: from,
      ports: [metricsPort],
      why: "metrics of what sends logs and traces",
    },
  ];
  const onNodes = ({ pods, port }: { pods: Role; port: number }): Flow[] => {
    const from: PodPeer = { pods, namespace: nodeNamespace };
    const why = "the API server: which pods there are";
    return [...sender(from, port), { from, to: ANYWHERE, ports: API_SERVER_PORTS, why }];
  };
  const otlp = [OTLP_GRPC_PORT, OTLP_HTTP_PORT];
  return [
    ...(agent ? onNodes({ pods: OTEL_AGENT, port: COLLECTOR_METRICS_PORT }) : []),
    ...(agent
      ? [
          {
            from: { anyPod: true },
            to: otelAgent,
            ports: otlp,
            why: "what applications send",
          } as const,
        ]
      : []),
    ...(gateway ? sender(otelGateway, COLLECTOR_METRICS_PORT) : []),
    ...(gateway
      ? [
          {
            from: otelAgent,
            to: otelGateway,
            ports: [OTLP_GRPC_PORT],
            why: "spans, by their trace",
          },
        ]
      : []),
    ...(logs ? onNodes(LOG_AGENTS[logs.agent]) : []),
  ];
}

function sourceFlows(
  agent: PodPeer,
  { namespace, nodeNamespace }: Namespaces,
  sources: Sources,
): Flow[] {
  const { kubelet, cadvisor, annotated, dcgm, monitors } = sources;
  const nodeExporter: PodPeer = { pods: NODE_EXPORTER, namespace: nodeNamespace };
  const kubeStateMetrics: PodPeer = { pods: KUBE_STATE_METRICS, namespace };
  const when = (on: unknown, ...flows: Flow[]) => (on ? flows : []);
  return [
    ...when(kubelet ?? cadvisor, {
      from: agent,
      to: ANYWHERE,
      ports: [KUBELET_PORT],
      why: "metrics of kubelets and cAdvisor",
    }),
    ...when(annotated ?? monitors[0], {
      from: agent,
      to: { anyPod: true },
      ports: [],
      why: "annotated pods and services choose their port, and so do monitors",
    }),
    ...when(dcgm, {
      from: agent,
      to: { anyPod: true },
      ports: [DCGM_PORT],
      why: "metrics of GPUs",
    }),
    ...when(sources.nodeExporter, {
      from: agent,
      to: nodeExporter,
      ports: [NODE_EXPORTER_PORT],
      why: "metrics of nodes",
    }),
    ...when(
      sources.kubeStateMetrics,
      {
        from: agent,
        to: kubeStateMetrics,
        ports: [KUBE_STATE_METRICS_PORT],
        why: "metrics of the cluster's objects",
      },
      {
        from: kubeStateMetrics,
        to: ANYWHERE,
        ports: API_SERVER_PORTS,
        why: "the API server: what objects there are",
      },
    ),
  ];
}
