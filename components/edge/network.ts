import { alertmanagerFlows } from "../alertmanager/flows";
import { ALERTMANAGER, ALERTMANAGER_PORT } from "../alertmanager/ports";
import { FEDERATION } from "../backends/federation";
import { GATEWAY_PORT, PROMETHEUS_AGENT } from "../contract/cluster-names";
import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import type { Role } from "../kit/labels";
import { portOf } from "../kit/urls";
import { bucketFlows, storeFlows, type StoreAddress } from "../storage/flows";
import {
  COLLECTOR_METRICS_PORT,
  OTEL_AGENT,
  OTEL_GATEWAY,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
} from "./collector/program";
import { LOCAL_STORE_COMPACTOR, LOCAL_QUERY, LOCAL_STORE_GATEWAY } from "./local-store/config";
import { PROMETHEUS_AGENT_PORT } from "./metrics/config";
import { sourceFlows } from "./metrics/sources/registry";
import { API_SERVER_PORTS } from "./metrics/sources/source";
import type { EdgeModel } from "./model";

type Model = Pick<
  EdgeModel,
  "namespace" | "nodeNamespace" | "hub" | "sources" | "telemetry" | "alerting"
>;

/**
 * Every connection of the edge's pods. The policies of both namespaces are made from it, and tests
 * compare it with what is seen on the network. `store`: the object store, where metrics stay at the
 * edge. `receivers`: the ports of those who are told of alerts, where the edge tells them.
 */
export function edgeFlows(
  model: Model,
  store?: StoreAddress,
  receivers: readonly number[] = [],
): Flow[] {
  const { namespace, nodeNamespace, hub, sources } = model;
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace };
  // Policies see the end of a connection: in the hub's own cluster, a pod behind its Service.
  const hubPorts = [...new Set([portOf(hub.url), GATEWAY_PORT])];
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
    ...sourceFlows(sources, { agent, namespace, nodeNamespace }),
    ...telemetryFlows(agent, model, hubPorts),
    ...(store ? localStoreFlows(agent, namespace, store) : []),
    ...alertingFlows(agent, model, receivers),
  ];
}

function localStoreFlows(agent: PodPeer, namespace: string, store: StoreAddress): Flow[] {
  const [query, gateway, compactor] = [LOCAL_QUERY, LOCAL_STORE_GATEWAY, LOCAL_STORE_COMPACTOR].map(
    (pods) => ({
      pods,
      namespace,
    }),
  ) as [PodPeer, PodPeer, PodPeer];
  return [
    { from: ANYWHERE, to: query, ports: [FEDERATION.grpcPort], why: "the hub's queries" },
    ...[agent, gateway].map((to) => ({
      from: query,
      to,
      ports: [FEDERATION.grpcPort],
      why: "queries",
    })),
    ...[query, gateway, compactor].map((to) => ({
      from: agent,
      to,
      ports: [FEDERATION.httpPort],
      why: `metrics of ${FEDERATION.title}`,
    })),
    // The flows of the agents have name resolution already.
    ...[query, gateway, compactor].flatMap(dnsFlows),
    ...[agent, gateway, compactor].flatMap((user) => storeFlows(user, store)),
    ...bucketFlows([store], namespace),
  ];
}

function alertingFlows(
  agent: PodPeer,
  { alerting, namespace }: Model,
  outside: readonly number[],
): Flow[] {
  if (!alerting) return [];
  const { alertmanager, people } = alerting;
  return [
    {
      from: agent,
      to: { pods: ALERTMANAGER, namespace },
      ports: [ALERTMANAGER_PORT],
      why: "alerts",
    },
    ...alertmanagerFlows(alertmanager, { outside, people, namespace }, agent),
  ];
}

function telemetryFlows(
  prometheus: PodPeer,
  { namespace, nodeNamespace, telemetry }: Model,
  hubPorts: readonly number[],
): Flow[] {
  const { agent, gateway, logs, exporters } = telemetry;
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
    ...(logs?.agent.program
      ? onNodes({ pods: logs.agent.program.role, port: logs.agent.program.metricsPort })
      : []),
  ];
}
