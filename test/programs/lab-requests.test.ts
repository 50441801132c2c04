/**
 * Proves: in a cluster of the lab each container asks for its share of the cores, and for all else
 * as it says.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requestObjects } from "../../lab/addons/requests";
import { kubernetesPrograms, startApiServer, type ApiServer } from "./support/api-server";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.stop());

test("a quarter of the cores", async () => {
  requestObjects().forEach((object) => apply(object));
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "some", namespace: "default" },
    spec: {
      automountServiceAccountToken: false,
      containers: [
        {
          name: "large",
          image: "some",
          resources: { requests: { cpu: "1.5", memory: "1Gi" }, limits: { cpu: "2" } },
        },
        { name: "small", image: "some", resources: { requests: { cpu: "10m" } } },
        { name: "none", image: "some", env: [{ name: "KEY", value: "value" }] },
      ],
    },
  };
  const account = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "default" },
  };
  apply(account);
  // A policy holds a moment after it was made.
  await expect
    .poll(() => JSON.parse(apply(pod, "--dry-run=server", "--output=json")) as typeof pod, {
      timeout: 20_000,
    })
    .toMatchObject({
      spec: {
        containers: [
          {
            name: "large",
            resources: { requests: { cpu: "375m", memory: "1Gi" }, limits: { cpu: "2" } },
          },
          { name: "small", resources: { requests: { cpu: "2m" } } },
          { name: "none", env: [{ name: "KEY", value: "value" }], resources: {} },
        ],
      },
    });
});

function apply(object: object, ...flags: string[]): string {
  const args = ["apply", "--server-side", "--filename=-", ...flags];
  const { stdout, stderr, status } = spawnSync(join(kubernetesPrograms(), "kubectl"), args, {
    input: JSON.stringify(object),
    env: { ...process.env, KUBECONFIG: server.kubeconfig },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}
