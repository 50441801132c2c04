import { describe, expect, test } from "vitest";
import { parseCgroupMounts, parseMemory } from "../../lab/host/cgroups";
import { describeLeftovers, parseLabMounts } from "../../lab/host/leftovers";
import { needsForwardRule, refuseForeignAddress } from "../../lab/host/network";
import { stateOf } from "../../lab/host/ownership";
import { refuseOtherThanLinuxRoot } from "../../lab/host/preflight";
import { isLabFolder } from "../../lab/host/state-folder";
import { statePaths } from "../../lab/state";

describe("the machine", () => {
  test("is refused in plain words where it is not Linux, or we are not root", () => {
    expect(() => refuseOtherThanLinuxRoot("darwin", 501)).toThrow(
      "The lab runs real Kubernetes nodes, which need Linux; this is darwin. A Linux virtual machine will do.",
    );
    expect(() => refuseOtherThanLinuxRoot("linux", 1000)).toThrow(
      "run it as root, e.g. with sudo.",
    );
    expect(() => refuseOtherThanLinuxRoot("linux", 0)).not.toThrow();
  });
});

describe("the lab's network", () => {
  test("is refused where another device has an address of it; the bridge's own may be there from before", () => {
    const own = { ifname: "hg0", addr_info: [{ local: "10.200.0.1" }] };
    const other = { ifname: "eth0", addr_info: [{ local: "192.168.1.4" }] };
    expect(() => refuseForeignAddress([own, other])).not.toThrow();
    expect(() =>
      refuseForeignAddress([{ ifname: "tun0", addr_info: [{ local: "10.200.0.77" }] }]),
    ).toThrow("tun0 has the address 10.200.0.77: the lab needs 10.200.0.0/24 for itself.");
  });
});

describe("control groups", () => {
  test("version 1: processes join what is counted, runc makes groups everywhere", () => {
    const mounts = [
      "tmpfs /sys/fs/cgroup tmpfs rw 0 0",
      "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0",
      "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
      "cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0",
      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
    ].join("\n");
    expect(parseCgroupMounts(mounts)).toEqual({
      joined: ["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory"],
      all: [
        "/sys/fs/cgroup/cpu,cpuacct",
        "/sys/fs/cgroup/memory",
        "/sys/fs/cgroup/cpuset",
        "/sys/fs/cgroup/unified",
      ],
    });
  });

  test("version 2: one tree for all", () => {
    const mounts = "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n";
    expect(parseCgroupMounts(mounts)).toEqual({
      joined: ["/sys/fs/cgroup"],
      all: ["/sys/fs/cgroup"],
    });
  });

  test("none", () => {
    expect(parseCgroupMounts("proc /proc proc rw 0 0\n").joined).toEqual([]);
  });

  test("memory is what processes hold, in either version", () => {
    expect(parseMemory("cache 5\nrss 6\ntotal_cache 7\ntotal_rss 1234\n")).toBe(1234);
    expect(parseMemory("anon 99\nfile 5\n")).toBe(99);
    expect(parseMemory("")).toBeUndefined();
  });
});

describe("the machine's firewall", () => {
  const chains = (policy: string, rules: string[] = []) =>
    ["*filter", `:FORWARD ${policy} [0:0]`, ...rules, "COMMIT"].join("\n");

  test("is left alone where it lets everything pass", () => {
    expect(needsForwardRule("")).toBe(false);
    expect(needsForwardRule(chains("ACCEPT"))).toBe(false);
  });

  test("gets one rule where it drops, or has rules of its own; and not a second one", () => {
    expect(needsForwardRule(chains("DROP"))).toBe(true);
    expect(needsForwardRule(chains("ACCEPT", ["-A FORWARD -j DOCKER-USER"]))).toBe(true);
    const ours = "-A FORWARD -i hg0 -o hg0 -m comment --comment heliograph-lab -j ACCEPT";
    expect(needsForwardRule(chains("DROP", [ours]))).toBe(false);
  });
});

describe("what is left of the lab", () => {
  test("mounts below its state and of its namespaces, innermost first, and nobody else's", () => {
    const mounts = [
      "/dev/vda / ext4 rw 0 0",
      "/dev/vda /run/netns ext4 rw 0 0",
      "nsfs /run/netns/hg-ops nsfs rw 0 0",
      "nsfs /run/netns/other nsfs rw 0 0",
      "/dev/vda /state/lab/a ext4 rw 0 0",
      "tmpfs /state/lab/a/b tmpfs rw 0 0",
      "tmpfs /state/laboratory tmpfs rw 0 0",
    ].join("\n");
    expect(parseLabMounts(mounts, "/state/lab")).toEqual([
      "/state/lab/a/b",
      "/state/lab/a",
      "/run/netns/hg-ops",
    ]);
  });

  test("reads as one line for each thing", () => {
    expect(describeLeftovers({ processes: ["12", "13"], mounts: [], folders: ["/state"] })).toEqual(
      ["processes: 12", "processes: 13", "folders: /state"],
    );
  });
});

describe("the lab that a process belongs to", () => {
  test("is the one whose folder has its record", () => {
    const record = "HELIOGRAPH_LAB_RECORD=/somewhere/else/processes/ops/etcd";
    expect(stateOf(`PATH=/bin\0${record}\0HOME=/root\0`)).toBe("/somewhere/else");
    expect(stateOf(`${record}\0`)).toBe("/somewhere/else");
    expect(stateOf("PATH=/bin\0")).toBeUndefined();
    expect(stateOf("")).toBeUndefined();
  });
});

describe("the folder of the lab's state", () => {
  const paths = statePaths({ HELIOGRAPH_LAB_STATE: "/state" });

  test("is known by its mark, or by having nothing but what running clusters write", () => {
    expect(isLabFolder([".heliograph-lab", "anything"], paths)).toBe(true);
    expect(isLabFolder(["store", "logs"], paths)).toBe(true);
    expect(isLabFolder(["store", "photographs"], paths)).toBe(false);
    expect(isLabFolder(["bin", "etc", "home", "usr", "var"], paths)).toBe(false);
  });
});
