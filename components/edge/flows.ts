import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import { NODE_EXPORTER, NODE_EXPORTER_PORT } from "./node-exporter/role";
import { PROMETHEUS_AGENT, PROMETHEUS_AGENT_PORT } from "./prometheus-agent/role";

const HTTPS_PORT = 443;
/** Where API servers listen behind their Service. */
const API_SERVER_PORTS = [HTTPS_PORT, 6443];
const KUBELET_PORT = 10250;

interface Namespaces {
  readonly namespace: string;
  readonly nodeNamespace: string;
}

/** Every connection of the edge's pods. The policies of both namespaces are made from it, and tests hold it against what is seen on the network. */
export function edgeFlows({ namespace, nodeNamespace }: Namespaces, hubUrl: string): Flow[] {
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace };
  const nodeExporter: PodPeer = { pods: NODE_EXPORTER, namespace: nodeNamespace };
  const hubPort = Number(new URL(hubUrl).port || HTTPS_PORT);
  return [
    ...dnsFlows(agent),
    { from: agent, to: ANYWHERE, ports: API_SERVER_PORTS, why: "the API server: what there is to scrape, its metrics" },
    { from: agent, to: ANYWHERE, ports: [KUBELET_PORT], why: "metrics of kubelets and cAdvisor" },
    { from: agent, to: ANYWHERE, ports: [hubPort], why: "the hub's gateway" },
    { from: agent, to: { anyPod: true }, ports: [], why: "annotated pods and services choose their port" },
    { from: agent, to: agent, ports: [PROMETHEUS_AGENT_PORT], why: "the agent's own metrics" },
    { from: agent, to: nodeExporter, ports: [NODE_EXPORTER_PORT], why: "metrics of nodes" },
  ];
}
