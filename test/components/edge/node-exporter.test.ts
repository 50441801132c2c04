/**
 * Proves: what node-exporter may see of its node. Does not prove: that it finds there what it looks
 * for; the lab does.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  COLLECTORS,
  HOST_PATHS,
  nodeExporterArgs,
} from "../../../components/edge/metrics/sources/node-exporter";
import { NodeExporter } from "../../../components/edge/metrics/exporters";
import { recordResources, settled, type Recorded } from "../../support/mocks";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));
afterEach(settled);

test("the paths of the node are these, and each is mounted where the arguments look", () => {
  expect(HOST_PATHS.map(({ path, mountPath }) => `${path} -> ${mountPath}`)).toEqual([
    "/proc/1/net -> /host/proc/net",
    "/proc/1/mountinfo -> /host/proc/1/mountinfo",
    "/proc/1/mounts -> /host/proc/1/mounts",
    "/proc/stat -> /host/proc/stat",
    "/proc/meminfo -> /host/proc/meminfo",
    "/proc/loadavg -> /host/proc/loadavg",
    "/proc/vmstat -> /host/proc/vmstat",
    "/proc/diskstats -> /host/proc/diskstats",
    "/proc/sys/fs/file-nr -> /host/proc/sys/fs/file-nr",
    "/sys -> /host/sys",
    "/ -> /host/root",
  ]);
  const places = nodeExporterArgs(9100).filter((argument) => argument.startsWith("--path."));
  expect(places).toEqual([
    "--path.procfs=/host/proc",
    "--path.sysfs=/host/sys",
    "--path.rootfs=/host/root",
  ]);
});

test("no collector runs that was not chosen", () => {
  const args = nodeExporterArgs(9100);
  expect(args).toContain("--collector.disable-defaults");
  for (const collector of COLLECTORS) expect(args).toContain(`--collector.${collector}`);
});

describe("the pod", () => {
  async function podSpec() {
    new NodeExporter(
      "node-exporter",
      { namespace: "heliograph-node", image: "node-exporter:1" },
      {},
    );
    await settled();
    const set = resources.find(({ type }) => type === "kubernetes:apps/v1:DaemonSet");
    return (
      set?.inputs["spec"] as {
        template: { spec: Record<string, unknown> & { containers: Container[] } };
      }
    ).template.spec;
  }
  interface Container {
    securityContext: object;
    volumeMounts: { name: string; readOnly: boolean; mountPropagation?: string }[];
  }

  test("mounts every path read-only, and follows what the node unmounts", async () => {
    const [container] = (await podSpec()).containers;
    expect(container?.volumeMounts.every(({ readOnly }) => readOnly)).toBe(true);
    const following = container?.volumeMounts.filter(
      ({ mountPropagation }) => mountPropagation === "HostToContainer",
    );
    expect(following?.map(({ name }) => name)).toEqual(["root"]);
  });

  test("shares no namespace with its node, is nobody, and has no capability and no token", async () => {
    const spec = await podSpec();
    expect(spec).not.toHaveProperty("hostNetwork");
    expect(spec).not.toHaveProperty("hostPID");
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65534 },
      tolerations: [{ operator: "Exists" }],
    });
    expect(spec.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });
});
