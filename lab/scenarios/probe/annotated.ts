import type { ClusterName } from "../../clusters/topology.js";
import { probeHost } from "./host.js";
import { targetPort } from "./target.js";

const namespace = "default";

/**
 * The target outside of a cluster, scraped by the edge's own agent because its Service is
 * annotated. `service` becomes the job of its series.
 */
export function annotatedTarget(edge: ClusterName, service: string, series: number): object[] {
  const annotations = {
    "prometheus.io/scrape": "true",
    "prometheus.io/path": `/scrapes/${edge}/${series}`,
  };
  const port = { name: "http", port: targetPort, protocol: "TCP" };
  const labels = { "kubernetes.io/service-name": service };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: service, namespace, annotations },
      spec: { ports: [port] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: service, namespace, labels },
      addressType: "IPv4",
      ports: [port],
      endpoints: [{ addresses: [probeHost.address], conditions: { ready: true } }],
    },
  ];
}
