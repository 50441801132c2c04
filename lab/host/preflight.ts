import { mkdir, rm } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { LabError } from "./errors.js";
import { tryRun } from "./run.js";
import { cgroupTree } from "./cgroups.js";

/** Refuses at once, in plain words, a machine on which the lab cannot run. */
export async function checkMachine(): Promise<void> {
  refuseOtherThanLinuxRoot(platform(), process.getuid?.());
  await cgroupTree();
}

export function refuseOtherThanLinuxRoot(system: string, user: number | undefined): void {
  if (system !== "linux") {
    throw new LabError(
      `The lab runs real Kubernetes nodes, which need Linux; this is ${system}. A Linux virtual machine will do.`,
    );
  }
  if (user !== 0)
    throw new LabError(
      "The lab makes network namespaces and mounts: run it as root, e.g. with sudo.",
    );
}

/**
 * What clusters need of the kernel, tried for real in a network and a mount namespace that end with
 * the trial. Asking for a device or a filesystem also makes the kernel load the module, where it
 * may.
 */
const trials: { what: string; script: string }[] = [
  { what: "network and mount namespaces", script: "true" },
  { what: "bridges (module bridge)", script: "ip link add trial type bridge" },
  {
    what: "pairs of virtual devices (module veth)",
    script: "ip link add trial0 type veth peer name trial1",
  },
  {
    what: "overlay filesystems on the disk of the lab's state (module overlay)",
    script: "mkdir -p l u w m && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m",
  },
  {
    what: "address translation (modules nf_tables, nf_nat, xt_comment, xt_statistic, xt_MASQUERADE)",
    script:
      "iptables -w -t nat -A POSTROUTING -m comment --comment trial -j MASQUERADE && " +
      "iptables -w -t nat -A PREROUTING -m statistic --mode random --probability 0.5 -j ACCEPT",
  },
];

/**
 * After the packages are there: the trials use ip, mount and iptables. `folder` is where clusters
 * will keep their files.
 */
export async function checkKernel(folder: string): Promise<void> {
  const trial = join(folder, "trial");
  await mkdir(trial, { recursive: true });
  const results = await Promise.all(
    trials.map(async ({ what, script }) => {
      const { code, stderr } = await tryRun("unshare", ["--net", "--mount", "sh", "-ec", script], {
        cwd: trial,
      });
      return code === 0 ? [] : [`  ${what}: ${stderr.trim().split("\n")[0]}`];
    }),
  );
  await rm(trial, { recursive: true, force: true });
  const missing = results.flat();
  if (missing.length === 0) return;
  throw new LabError(
    [
      "This machine's kernel does not allow what clusters need:",
      ...missing,
      "In a container, run it privileged; better, use a virtual machine.",
    ].join("\n"),
  );
}
