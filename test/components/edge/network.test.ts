/**
 * Proves: which connections the policies of the edge let through. Does not prove: that a network
 * enforces them.
 */
import { describe, expect, test } from "vitest";
import { edgeFlows } from "../../../components/edge/network";
import { hubTarget } from "../../../components/edge/hub-target";
import { resolveSources } from "../../../components/edge/metrics/sources/registry";
import { policiesOf } from "../../../components/kit/flows";

const namespaces = { namespace: "heliograph", nodeNamespace: "heliograph-node" };
const sources = resolveSources({ kubeStateMetrics: { enabled: false } });
const telemetry = { exporters: [] };
const flows = edgeFlows({
  ...namespaces,
  hub: hubTarget({ url: "https://ingest.ops.example.com:30443", serverName: "" }),
  sources,
  telemetry,
});

describe("the policies of the edge", () => {
  test("let node-exporter be asked by the agent of the other namespace, and send nothing", () => {
    const [policy, ...others] = policiesOf("heliograph-node", flows);
    expect(others).toEqual([]);
    expect(policy?.spec).toMatchObject({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "node-exporter" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            {
              podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus-agent" } },
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "heliograph" } },
            },
          ],
          ports: [{ port: 9100, protocol: "TCP" }],
        },
      ],
      egress: [],
    });
  });

  test("let agents be asked by agents alone", () => {
    const [policy] = policiesOf("heliograph", flows);
    expect(policy?.spec.ingress).toEqual([
      {
        from: [
          {
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus-agent" } },
          },
        ],
        ports: [{ port: 9090, protocol: "TCP" }],
      },
    ]);
  });

  test("let the agent out of the cluster to the API server, kubelets and the port of its hub only", () => {
    const outside = flows.filter(({ to }) => "addresses" in to).flatMap(({ ports }) => ports);
    // The last but one: in the hub's own cluster connections end at the gateway's pods.
    expect(outside).toEqual([443, 6443, 30443, 8443, 10250]);
    const byDefault = edgeFlows({
      ...namespaces,
      hub: hubTarget({ url: "https://ingest.ops.example.com", serverName: "" }),
      sources,
      telemetry,
    });
    expect(byDefault.filter(({ to }) => "addresses" in to).flatMap(({ ports }) => ports)).toEqual([
      443, 6443, 443, 8443, 10250,
    ]);
  });
});
