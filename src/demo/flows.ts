import {
  dnsFlows,
  EDGE_NAMESPACE,
  type Flow,
  NODE_NAMESPACE,
  OTEL_AGENT,
  OTLP_HTTP_PORT,
  type PodPeer,
  PROMETHEUS_AGENT,
  type Role,
} from "@heliograph/heliograph/model";
import { WEB_PORT } from "./nginx-config";
import { METRICS_PORT } from "./pod";

export interface Demo {
  /** Name of the workload and of its Service. */
  readonly app: string;
  readonly namespace: string;
  /** Whether it speaks TLS, with a certificate of its own. */
  readonly https: boolean;
}

/** What the edge's agent scrapes from. */
const AGENT: PodPeer = { pods: PROMETHEUS_AGENT, namespace: EDGE_NAMESPACE };

/** Where its traces go. */
const COLLECTOR: PodPeer = { pods: OTEL_AGENT, namespace: NODE_NAMESPACE };

export function loadRole({ app }: Demo): Role {
  return { name: `${app}-load` };
}

/** Every connection of the workload's pods. */
export function demoFlows(demo: Demo, traces: boolean): Flow[] {
  const server: PodPeer = { pods: { name: demo.app }, namespace: demo.namespace };
  const load: PodPeer = { pods: loadRole(demo), namespace: demo.namespace };
  return [
    ...dnsFlows(load),
    { from: load, to: server, ports: [WEB_PORT], why: "the load" },
    ...(traces
      ? [{ from: load, to: COLLECTOR, ports: [OTLP_HTTP_PORT], why: "traces of the load" }]
      : []),
    { from: AGENT, to: server, ports: [METRICS_PORT], why: "request counters" },
  ];
}

/** The name under which the load reaches the workload; its certificate holds it. */
export function hostOf({ app, namespace }: Demo): string {
  return `${app}.${namespace}.svc`;
}
