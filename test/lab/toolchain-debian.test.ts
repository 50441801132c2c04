import { expect, test } from "vitest";
import {
  missingBrowser,
  missingPackages,
  osRelease,
  packageVersions,
  refuseOtherSystems,
  type Release,
} from "../../lab/toolchain/debian";

const bookworm = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
ID=debian`;
const noble = `ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n`;
const fedora = `ID=fedora\nVERSION_ID=43\n`;

test("a package is missing when one of its commands is", () => {
  expect(missingPackages(() => true)).toEqual([]);
  expect(missingPackages((command) => command !== "iptables-save" && command !== "ip")).toEqual([
    "iproute2",
    "iptables",
  ]);
});

test("a browser is missing where there is none of several, and Debian has its package", () => {
  const [debian, ubuntu] = [bookworm, noble].map(osRelease) as [Release, Release];
  expect(missingBrowser(debian, () => false)).toEqual(["chromium-headless-shell"]);
  expect(missingBrowser(debian, (command) => command === "google-chrome")).toEqual([]);
  expect(missingBrowser(ubuntu, () => false)).toEqual([]);
});

test("the distribution is read from os-release", () => {
  expect(osRelease(bookworm)).toEqual({ id: "debian", like: "", version: "12" });
  expect(osRelease(noble)).toEqual({ id: "ubuntu", like: "debian", version: "24.04" });
});

test("Debian and Ubuntu are accepted; a user other than root gets the command", () => {
  for (const release of [bookworm, noble].map(osRelease)) {
    expect(() => refuseOtherSystems(release, ["conntrack"], true)).not.toThrow();
    expect(() => refuseOtherSystems(release, [], false)).not.toThrow();
    expect(() => refuseOtherSystems(release, ["conntrack", "iptables"], false)).toThrow(
      "packages are missing: conntrack, iptables. Run as root:\n  apt-get update && apt-get install -y conntrack iptables",
    );
  }
});

test("another system is told what is needed", () => {
  expect(() => refuseOtherSystems(osRelease(fedora), ["conntrack"], true)).toThrow(
    "the lab takes programs from the packages of Debian or Ubuntu, and this is fedora 43: conntrack, etcd-server, containerd,",
  );
});

test("versions come from the names of the archives", () => {
  const versions = packageVersions([
    "busybox_1%3a1.35.0-4+b1_amd64.deb",
    "nginx_1.22.1-9+deb12u10_amd64.deb",
    "libc6_2.36_amd64.deb",
  ]);
  expect(versions).toMatchObject({ busybox: "1:1.35.0-4+b1", nginx: "1.22.1-9+deb12u10" });
});
