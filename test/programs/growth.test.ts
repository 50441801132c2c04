/**
 * Proves: on a real API server with the real controller, the commands that a preview prints grow
 * the claim of a StatefulSet whose template cannot be changed, and its pod is not touched: it
 * belongs to the new StatefulSet afterwards. Does not prove: that a storage driver grows the
 * volume; the lab's cannot.
 */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { growthCommands } from "../../components/backends/kit/growth";
import { kubernetesPrograms, startApiServer, type ApiServer } from "./support/api-server";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({
    controllers: ["statefulset-controller", "garbage-collector-controller"],
  });
});
afterAll(() => server?.stop());

function shell(command: string, input = ""): string {
  const env = {
    ...process.env,
    KUBECONFIG: server.kubeconfig,
    PATH: `${kubernetesPrograms()}:${process.env["PATH"]}`,
  };
  return execFileSync("sh", ["-c", command], {
    env,
    input,
    encoding: "utf8",
    stdio: "pipe",
    timeout: 30_000,
  });
}
const apply = (object: object) =>
  shell("kubectl apply --server-side --filename=-", JSON.stringify(object));
const get = (what: string) => JSON.parse(shell(`kubectl -n hub get ${what} --output json`));

function statefulSet(storage: string): object {
  const labels = { app: "mimir" };
  const claim = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "grows",
    resources: { requests: { storage } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "mimir-main", namespace: "hub" },
    spec: {
      replicas: 1,
      serviceName: "mimir-main",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "mimir", image: "mimir" }] } },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
    },
  };
}

async function until<T>(look: () => T): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return look();
    } catch (error) {
      if (tries === 60) throw error;
      await sleep(500);
    }
  }
}

test("a claim grows, and the pod goes on", async () => {
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "hub" } });
  apply({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "grows" },
    provisioner: "none",
    allowVolumeExpansion: true,
  });
  apply(statefulSet("1Gi"));
  const pod = await until(() => get("pod mimir-main-0"));
  shell(
    `kubectl -n hub patch pvc data-mimir-main-0 --subresource status --patch '{"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}'`,
  );

  expect(() => apply(statefulSet("2Gi"))).toThrow(
    /updates to statefulset spec for fields other than/,
  );

  for (const command of growthCommands({
    namespace: "hub",
    name: "mimir-main",
    from: "1Gi",
    to: "2Gi",
  }))
    shell(command);
  expect(get("pvc data-mimir-main-0").spec.resources.requests.storage).toBe("2Gi");
  expect(get("pod mimir-main-0").metadata.uid).toBe(pod.metadata.uid);

  apply(statefulSet("2Gi"));
  const { uid } = get("statefulset mimir-main").metadata;
  const owners = () =>
    get("pod mimir-main-0").metadata.ownerReferences?.map((owner: { uid: string }) => owner.uid);
  await until(() => expect(owners()).toEqual([uid]));
  expect(get("pod mimir-main-0").metadata.uid).toBe(pod.metadata.uid);
});
