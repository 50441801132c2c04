import { describe, expect, test } from "vitest";
import { policiesOf } from "../../components/kit/flows";
import { selectorLabels } from "../../components/kit/labels";
import { parseConnections } from "../../lab/scenarios/flows/connections";
import {
  admitting,
  describeRule,
  isGoverned,
  rulesOf,
  type Pod,
  type Policy,
} from "../../lab/scenarios/flows/rules";

describe("what conntrack prints", () => {
  const behindService =
    "    [NEW] tcp      6 120 SYN_SENT src=10.100.0.5 dst=10.90.0.20 sport=43210 dport=80 [UNREPLIED] src=10.100.0.7 dst=10.100.0.5 sport=8080 dport=43210";
  const open =
    "udp      17 29 src=10.100.0.5 dst=10.90.0.10 sport=40000 dport=53 src=10.100.0.2 dst=10.100.0.5 sport=53 dport=40000 [ASSURED] mark=0 use=1";

  test("a connection goes to the pod behind the service, at the pod's port", () => {
    expect(parseConnections(behindService)).toEqual([
      { protocol: "TCP", source: "10.100.0.5", destination: "10.100.0.7", port: 8080 },
    ]);
  });

  test("each connection once, whatever the port it comes from, and nothing else that is printed", () => {
    const again = open.replaceAll("40000", "40001");
    const noise =
      "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.\nicmp 1 29 src=1.1.1.1 dst=2.2.2.2 type=8";
    expect(parseConnections([open, again, noise].join("\n"))).toEqual([
      { protocol: "UDP", source: "10.100.0.5", destination: "10.100.0.2", port: 53 },
    ]);
  });
});

describe("policies", () => {
  const client = { name: "client" };
  const server = { name: "server" };
  const pod = (name: string, namespace: string, address: string): Pod => ({
    name,
    namespace,
    labels: { ...selectorLabels({ name }) },
    address,
  });
  const pods = [
    pod("client", "here", "10.0.0.1"),
    pod("server", "there", "10.0.0.2"),
    pod("server", "here", "10.0.0.3"),
  ];
  const podAt = (address: string) => pods.find((each) => each.address === address);
  const flows = [
    {
      from: { pods: client, namespace: "here" },
      to: { pods: server, namespace: "there" },
      ports: [8080],
      why: "",
    },
    {
      from: { pods: client, namespace: "here" },
      to: { addresses: ["192.0.2.0/24"] },
      ports: [443],
      why: "",
    },
  ];
  const policies = ["here", "there"].flatMap((namespace) =>
    policiesOf(namespace, flows).map(({ role, spec }): Policy => ({
      metadata: { name: role.name, namespace },
      spec,
    })),
  );
  const rules = rulesOf(policies);
  const connect = (destination: string, port: number, protocol: "TCP" | "UDP" = "TCP") => ({
    protocol,
    source: "10.0.0.1",
    destination,
    port,
  });
  const admitted = (direction: "egress" | "ingress", ...args: Parameters<typeof connect>) =>
    admitting(rules, direction, connect(...args), podAt).map(describeRule);

  test("a flow is let out of its source and into its destination", () => {
    expect(admitted("egress", "10.0.0.2", 8080)).toEqual(["here/client egress TCP 8080 server"]);
    expect(admitted("ingress", "10.0.0.2", 8080)).toEqual(["there/server ingress TCP 8080 client"]);
    expect(admitted("egress", "192.0.2.7", 443)).toEqual([
      "here/client egress TCP 443 192.0.2.0/24",
    ]);
  });

  test.each([
    ["another port", "10.0.0.2", 8081, "TCP"],
    ["another protocol", "10.0.0.2", 8080, "UDP"],
    ["a pod of the same role in another namespace", "10.0.0.3", 8080, "TCP"],
    ["an address outside of the block", "198.51.100.1", 443, "TCP"],
  ] as const)("not let out: %s", (_, destination, port, protocol) => {
    expect(admitted("egress", destination, port, protocol)).toEqual([]);
  });

  test("pods without a policy are not governed", () => {
    const [from, to, other] = pods as [Pod, Pod, Pod];
    expect(isGoverned(from, "egress", policies)).toBe(true);
    expect(isGoverned(to, "ingress", policies)).toBe(true);
    expect(isGoverned(other, "ingress", policies)).toBe(false);
  });
});
