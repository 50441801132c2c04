import { describe, expect, it } from "vitest";
import {
  ANYWHERE,
  dnsFlows,
  policiesOf,
  type Flow,
  type PodPeer,
} from "../../../components/kit/flows";

const a: PodPeer = { pods: { name: "a" } };
const b: PodPeer = { pods: { name: "b", instance: "b-main" }, namespace: "here" };
const elsewhere: PodPeer = { pods: { name: "c" }, namespace: "there" };

const flows: Flow[] = [
  { from: a, to: b, ports: [80], why: "test" },
  { from: elsewhere, to: a, ports: [81], protocol: "UDP", why: "test" },
  { from: b, to: ANYWHERE, ports: [443], why: "test" },
  { from: a, to: { anyPod: true }, ports: [], why: "test" },
];

describe("policies of a list of flows", () => {
  const policies = policiesOf("here", flows);
  const labels = (name: string, instance = name) => ({
    matchLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance },
  });

  it("are one per role of the namespace", () => {
    expect(policies.map(({ spec }) => spec.podSelector)).toEqual([
      labels("a"),
      labels("b", "b-main"),
    ]);
  });

  it("open both ends of a flow within the namespace", () => {
    const ports = [{ port: 80, protocol: "TCP" }];
    expect(policies[0]?.spec.egress).toContainEqual({
      to: [{ podSelector: labels("b", "b-main") }],
      ports,
    });
    expect(policies[1]?.spec.ingress).toEqual([{ from: [{ podSelector: labels("a") }], ports }]);
  });

  it("name the namespace of pods elsewhere", () => {
    expect(policies[0]?.spec.ingress).toEqual([
      {
        from: [
          {
            podSelector: labels("c"),
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "there" } },
          },
        ],
        ports: [{ port: 81, protocol: "UDP" }],
      },
    ]);
  });

  it("leave ports open where each receiver chooses its own", () => {
    expect(policies[0]?.spec.egress).toContainEqual({ to: [{ namespaceSelector: {} }] });
  });

  it("find the name service by the labels that it has", () => {
    const [policy] = policiesOf("here", dnsFlows(a));
    expect(policy?.spec.egress).toEqual(
      ["UDP", "TCP"].map((protocol) => ({
        to: [
          {
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          },
        ],
        ports: [{ port: 53, protocol }],
      })),
    );
  });
});
