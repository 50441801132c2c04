import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import { KUBE_STATE_METRICS, KUBE_STATE_METRICS_PORT } from "./kube-state-metrics/role";
import { NODE_EXPORTER, NODE_EXPORTER_PORT } from "./node-exporter/role";
import { DCGM_PORT } from "./prometheus-agent/dcgm";
import { PROMETHEUS_AGENT, PROMETHEUS_AGENT_PORT } from "./prometheus-agent/role";
import type { Sources } from "./sources";

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
}

/** Every connection of the edge's pods. The policies of both namespaces are made from it, and tests hold it against what is seen on the network. */
export function edgeFlows({ namespace, nodeNamespace, hubUrl, sources }: EdgeFlowsArgs): Flow[] {
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace };
  const hubPort = Number(new URL(hubUrl).port || HTTPS_PORT);
  return [
    ...dnsFlows(agent),
    { from: agent, to: ANYWHERE, ports: API_SERVER_PORTS, why: "the API server: what there is to scrape, its metrics" },
    { from: agent, to: ANYWHERE, ports: [hubPort], why: "the hub's gateway" },
    { from: agent, to: agent, ports: [PROMETHEUS_AGENT_PORT], why: "the agents' own metrics" },
    ...sourceFlows(agent, { namespace, nodeNamespace }, sources),
  ];
}

function sourceFlows(agent: PodPeer, { namespace, nodeNamespace }: Namespaces, sources: Sources): Flow[] {
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
    ...when(dcgm, { from: agent, to: { anyPod: true }, ports: [DCGM_PORT], why: "metrics of GPUs" }),
    ...when(sources.nodeExporter, {
      from: agent,
      to: nodeExporter,
      ports: [NODE_EXPORTER_PORT],
      why: "metrics of nodes",
    }),
    ...when(
      sources.kubeStateMetrics,
      { from: agent, to: kubeStateMetrics, ports: [KUBE_STATE_METRICS_PORT], why: "metrics of the cluster's objects" },
      { from: kubeStateMetrics, to: ANYWHERE, ports: API_SERVER_PORTS, why: "the API server: what objects there are" },
    ),
  ];
}
