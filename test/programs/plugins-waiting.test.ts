/**
 * The kubernetes stand-in between the real Pulumi engine and a real API server: waiting for objects
 * to come and go.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  configMap,
  inWeb,
  namespace,
  startDeclaredCluster,
  workload,
} from "./support/declared-cluster";
import type { DeclaredCluster } from "./support/declared-cluster";
import { onceItSays, podIsReady } from "./support/pulumi";
import type { Kubectl, Run, Stack } from "./support/pulumi";

/** Each test runs the real CLI several times, two seconds each on a machine at rest. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let cluster: DeclaredCluster;
let kubectl: Kubectl;
let stack: Stack;

beforeAll(async () => {
  cluster = await startDeclaredCluster();
  ({ kubectl, stack } = cluster);
});
afterAll(() => cluster?.stop());

/** An update whose pods become ready only once it says that it waits for them. */
async function upWithReadyPods(waitingFor: string): Promise<Run> {
  let timer: NodeJS.Timeout | undefined;
  const run = await stack.up({}, (child) =>
    onceItSays(child, waitingFor, () => {
      timer = setInterval(() => kubectl.setPodStatus("web", podIsReady), 500);
    }),
  );
  clearInterval(timer);
  expect(run.output).toContain(waitingFor);
  return run;
}

describe("readiness", () => {
  it("that does not come is explained, recorded, and made good by the next update", async () => {
    await stack.declare({ namespace, demo: workload("StatefulSet", { timeoutSeconds: 12 }) });
    const waiting = setInterval(() => {
      const reason = { reason: "ImagePullBackOff", message: "Back-off pulling image" };
      const status = {
        name: "main",
        ready: false,
        restartCount: 0,
        image: "x",
        imageID: "",
        state: { waiting: reason },
      };
      kubectl.setPodStatus("web", { phase: "Pending", containerStatuses: [status] });
    }, 500);
    const failed = await stack.up().finally(() => clearInterval(waiting));
    expect(failed.ok).toBe(false);
    // It says how long it waited in truth: on a busy machine a look takes seconds.
    expect(failed.output).toMatch(
      /StatefulSet web\/demo: not ready after 1\d s, still waiting for pods to be ready: 0 of 1 are/,
    );
    expect(failed.output).toContain(
      "Pod demo-0: main waits: ImagePullBackOff (Back-off pulling image)",
    );
    expect(await cluster.recorded("demo")).toMatchObject({
      id: "web/demo",
      initErrors: [expect.any(String)],
    });

    kubectl.setPodStatus("web", { ...podIsReady, containerStatuses: null });
    expect(await stack.preview()).toContainEqual({ op: "update", name: "demo", diff: {} });
    expect(await stack.up()).toMatchObject({ ok: true });
    expect(await cluster.recorded("demo")).not.toHaveProperty("initErrors");
    expect(await stack.preview()).toEqual([]);
  });

  it("is waited for when a workload is rolled out or replaced", async () => {
    await stack.declare({ namespace, demo: workload("StatefulSet", { label: "renamed" }) });
    expect(await stack.preview()).toMatchObject([
      { op: "replace", diff: { "spec.selector.matchLabels.app": "update-replace" } },
    ]);
    expect(await upWithReadyPods("waiting for pods to be ready: 0 of 1 are")).toMatchObject({
      ok: true,
    });
    expect(kubectl.get("statefulset", "demo", "--namespace", "web")).toMatchObject({
      status: { readyReplicas: 1 },
    });
  });

  it("is no longer waited for after a cancellation, and what exists is recorded", async () => {
    const demo = { ...workload("Deployment"), customTimeouts: { create: "5m" } };
    await stack.declare({ namespace, demo });
    const interrupted = await stack.up({}, (child) =>
      onceItSays(child, "waiting for pods to be available", () => child.kill("SIGINT")),
    );
    expect(interrupted.ok).toBe(false);
    expect(await cluster.recorded("demo")).toMatchObject({
      id: "web/demo",
      initErrors: [expect.stringContaining("cancelled")],
    });
    expect(await upWithReadyPods("waiting for pods to be available: 0 of 1 are")).toMatchObject({
      ok: true,
    });
  });
});

describe("deletion", () => {
  it("of a workload ends with the last of what it made", async () => {
    await stack.declare({ namespace, demo: workload("Deployment", { replicas: 0 }) });
    expect(await stack.up()).toMatchObject({ ok: true });
    const replicaSets = () =>
      kubectl.run("get", "replicasets", "--namespace", "web", "--output", "name").trim();
    const made = replicaSets();
    expect(made).toContain("demo");
    const hold = (finalizers: string[] | null) =>
      kubectl.run(
        "patch",
        made,
        "--namespace",
        "web",
        "--patch",
        JSON.stringify({ metadata: { finalizers } }),
      );
    hold(["heliograph.dev/hold"]);
    await stack.declare({ namespace });
    const waiting = "waiting for the deletion";
    const deleted = await stack.up({}, (child) => onceItSays(child, waiting, () => hold(null)));
    expect(deleted).toMatchObject({ ok: true });
    expect(deleted.output).toContain(`${waiting} (0 s); Finalizers: foregroundDeletion.`);
    expect(replicaSets()).toBe("");
  });

  it("waits until objects are gone, and says what holds them", async () => {
    const held = configMap({ color: "red" }, "held");
    const metadata = inWeb("held", { annotations: { "pulumi.com/timeoutSeconds": "2" } });
    await stack.declare({
      namespace,
      held: { ...held, properties: { ...held.properties, metadata } },
    });
    expect(await stack.up()).toMatchObject({ ok: true });
    const finalizers = (list: string[]) => JSON.stringify({ metadata: { finalizers: list } });
    const patch = (text: string) =>
      kubectl.run("patch", "configmap", "held", "--namespace", "web", "--patch", text);
    patch(finalizers(["heliograph.dev/hold"]));
    const stuck = await stack.destroy();
    expect(stuck.ok).toBe(false);
    expect(stuck.output).toMatch(
      /ConfigMap web\/held: still there \d s after the deletion began\. Finalizers: .*heliograph.dev\/hold/,
    );
    patch('{"metadata":{"finalizers":null}}');
    expect(await stack.destroy()).toMatchObject({ ok: true });
    expect(kubectl.run("get", "namespaces", "--output", "name")).not.toContain("web");
    expect((await stack.state()).resources).toEqual([]);
  });
});
