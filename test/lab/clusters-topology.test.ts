import { describe, expect, test } from "vitest";
import {
  clusterNamed,
  clusters,
  hosts,
  isClusterName,
  machine,
  spare,
} from "../../lab/clusters/topology";

/** First and last address of a subnet, as numbers. */
function range(subnet: string): [number, number] {
  const [address, length] = subnet.split("/") as [string, string];
  const start = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [start, start + 2 ** (32 - Number(length)) - 1];
}

const overlap = (a: [number, number], b: [number, number]) => a[0] <= b[1] && b[0] <= a[1];

describe("topology", () => {
  test("no two subnets overlap, the machine's included", () => {
    const subnets = [
      `${machine.bridgeAddress.replace(/\.1$/, ".0")}/${machine.prefixLength}`,
      ...[...clusters, spare].flatMap(({ serviceSubnet, podSubnet }) => [serviceSubnet, podSubnet]),
    ].map(range);
    for (const [index, subnet] of subnets.entries()) {
      for (const other of subnets.slice(index + 1)) expect(overlap(subnet, other)).toBe(false);
    }
  });

  test("addresses and namespaces are unique, on the bridge's network, and never the bridge's own", () => {
    const addresses = hosts.map(({ address }) => address);
    expect(new Set([...addresses, machine.bridgeAddress]).size).toBe(addresses.length + 1);
    for (const address of addresses) expect(address).toMatch(/^10\.200\.0\.\d+$/);
    expect(new Set(hosts.map(({ namespace }) => namespace)).size).toBe(hosts.length);
  });

  test("names of devices fit the kernel's 15 characters and carry the lab's prefix", () => {
    for (const { namespace } of hosts) {
      expect(namespace.length).toBeLessThanOrEqual(15);
      expect(namespace.startsWith(machine.prefix)).toBe(true);
    }
  });

  test("the name service is in its cluster's service subnet", () => {
    for (const { dnsAddress, serviceSubnet } of clusters) {
      expect(overlap(range(`${dnsAddress}/32`), range(serviceSubnet))).toBe(true);
    }
  });

  test("what everything else relies on", () => {
    expect(clusters.map(({ name, address }) => `${name} ${address}`)).toEqual([
      "ops 10.200.0.10",
      "dev 10.200.0.11",
      "stg 10.200.0.12",
      "prd 10.200.0.13",
    ]);
    expect(clusterNamed("stg").node).toBe("stg-node");
    expect(isClusterName("prd")).toBe(true);
    expect(clusterNamed("qa")).toEqual(spare);
    expect(isClusterName("prod")).toBe(false);
  });
});
