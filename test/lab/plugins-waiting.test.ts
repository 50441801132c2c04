import { describe, expect, it } from "vitest";
import { NotReady, waitUntilGone, waitUntilReady } from "../../lab/plugins/kubernetes/await/wait";
import { ApiError, Unreachable } from "../../lab/plugins/kubernetes/client";
import type { Client } from "../../lab/plugins/kubernetes/client";
import type { KubernetesObject } from "../../lab/plugins/kubernetes/objects";

type Answer = object | Error | undefined;

const selector = { matchLabels: { app: "demo" } };
const deployment = (availableReplicas: number): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "demo", namespace: "web", uid: "1", generation: 1 },
  spec: { replicas: 1, selector },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas },
});

/**
 * Gives one answer after the other, the last one again and again; knows pods, their events and
 * logs.
 */
function clientOf(answers: Answer[], pods: object[] | Error = []): Client {
  const rest = [...answers];
  const answer = () => (rest.length > 1 ? rest.shift() : rest[0]);
  const get = async () => {
    const next = answer();
    if (next instanceof Error) throw next;
    return next;
  };
  const list = async (path: string) => {
    if (path.endsWith("/events"))
      return [{ reason: "BackOff", message: "restarting failed container" }];
    if (pods instanceof Error) throw pods;
    return pods;
  };
  return { get, list, text: async () => "line one\nline two\n" } as unknown as Client;
}

function options(timeoutSeconds: number, signal = new AbortController().signal) {
  const reports: string[] = [];
  return {
    timeoutSeconds,
    signal,
    reports,
    report: (message: string) => void reports.push(message),
  };
}

const crashing = {
  metadata: { name: "demo-1", namespace: "web", uid: "2" },
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "main",
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
        lastState: { terminated: { exitCode: 1, reason: "Error" } },
      },
    ],
  },
};
const unschedulable = {
  metadata: { name: "demo-2", namespace: "web", uid: "3" },
  status: {
    phase: "Pending",
    conditions: [
      {
        type: "PodScheduled",
        status: "False",
        message: "0/1 nodes are available: Insufficient memory.",
      },
    ],
  },
};

describe("waiting for readiness", () => {
  it("reports what is missing, and ends when it is there", async () => {
    const waiting = options(10);
    const client = clientOf([deployment(1)]);
    expect(await waitUntilReady(deployment(0), client, waiting)).toEqual(deployment(1));
    expect(waiting.reports).toEqual([
      "waiting for pods to be available: 0 of 1 are (0 s)",
      "ready after 1 s",
    ]);
  });

  it("says at its end what the pods, their events and their logs say", async () => {
    const client = clientOf([deployment(0)], [crashing, unschedulable]);
    const error = await waitUntilReady(deployment(0), client, options(0)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(NotReady);
    expect((error as NotReady).message.split("\n").map((line) => line.trim())).toEqual([
      "Deployment web/demo: not ready after 0 s, still waiting for pods to be available: 0 of 1 are",
      "Event of Deployment web/demo: BackOff: restarting failed container",
      "Pod demo-1: main waits: CrashLoopBackOff (back-off 40s), ended with exit code 1 (Error), restarted 3 times",
      "Event of Pod web/demo-1: BackOff: restarting failed container",
      "Log of demo-1/main:",
      "| line one",
      "| line two",
      "Pod demo-2: cannot be scheduled: 0/1 nodes are available: Insufficient memory.",
      "Event of Pod web/demo-2: BackOff: restarting failed container",
    ]);
  });

  it("still says what was missing if the pods cannot be asked", async () => {
    const client = clientOf([deployment(0)], new ApiError(403, "Forbidden", "pods is forbidden"));
    await expect(waitUntilReady(deployment(0), client, options(0))).rejects.toThrow(
      /0 of 1 are\n\s+The pods could not be asked: pods is forbidden$/,
    );
  });

  it("goes on through a time without an API server", async () => {
    const client = clientOf([
      new Unreachable("gone"),
      new ApiError(503, "", "starting"),
      deployment(1),
    ]);
    expect(await waitUntilReady(deployment(0), client, options(10))).toEqual(deployment(1));
  });

  it("ends at once when it is cancelled", async () => {
    const cancellation = new AbortController();
    const waiting = waitUntilReady(
      deployment(0),
      clientOf([deployment(0)]),
      options(60, cancellation.signal),
    );
    cancellation.abort();
    await expect(waiting).rejects.toThrow("Deployment web/demo: cancelled after 0 s");
  });

  it("ends if somebody deletes the object", async () => {
    await expect(waitUntilReady(deployment(0), clientOf([undefined]), options(10))).rejects.toThrow(
      "Deployment web/demo was deleted by someone else while we waited for it.",
    );
  });
});

describe("waiting for the end", () => {
  const metadata = { ...deployment(0).metadata, finalizers: ["example.org/hold"] };

  it("ends when the object is gone, or another one of its name is there", async () => {
    const gone = options(10);
    await waitUntilGone(deployment(0), clientOf([deployment(0), undefined]), gone);
    expect(gone.reports).toEqual(["waiting for the deletion (0 s)", "gone after 1 s"]);
    const successor = { ...deployment(0), metadata: { ...metadata, uid: "2" } };
    await waitUntilGone(deployment(0), clientOf([successor]), options(10));
  });

  it("says what holds the object", async () => {
    await expect(
      waitUntilGone(deployment(0), clientOf([{ ...deployment(0), metadata }]), options(0)),
    ).rejects.toThrow(
      "Deployment web/demo: still there 0 s after the deletion began. Finalizers: example.org/hold.",
    );
  });

  it("says what a namespace still contains", async () => {
    const content = {
      type: "NamespaceContentRemaining",
      status: "True",
      message: "pods. has 1 resource instances",
    };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "web" } };
    const client = clientOf([{ ...namespace, status: { conditions: [content] } }]);
    await expect(waitUntilGone(namespace, client, options(0))).rejects.toThrow(
      "Namespace web: still there 0 s after the deletion began. pods. has 1 resource instances",
    );
  });
});
