import { describe, expect, it } from "vitest";
import { readinessOf } from "../../lab/plugins/kubernetes/await/readiness";
import type { Client } from "../../lab/plugins/kubernetes/client";
import type { KubernetesObject } from "../../lab/plugins/kubernetes/objects";

interface Surroundings {
  storageClass?: object;
  endpoints?: object[];
}

/** A client that knows a storage class and the endpoints of a Service. */
function clientOf({ storageClass, endpoints = [] }: Surroundings): Client {
  return { get: async () => storageClass, list: async () => [{ endpoints }] } as unknown as Client;
}

function readiness(type: string, object: object, surroundings: Surroundings = {}) {
  const slash = type.lastIndexOf("/");
  const [apiVersion, kind] = [type.slice(0, slash), type.slice(slash + 1)];
  const metadata = { name: "x", namespace: "web", generation: 2 };
  return readinessOf(
    { apiVersion, kind, metadata, ...object } as KubernetesObject,
    clientOf(surroundings),
  );
}

const condition = (type: string, status = "True", more = {}) => ({
  conditions: [{ type, status, ...more }],
});
const rolledOut = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  availableReplicas: 2,
  readyReplicas: 2,
};

describe("ready", () => {
  it.each<[string, string, object, Surroundings?]>([
    ["Deployment", "apps/v1/Deployment", { spec: { replicas: 2 }, status: rolledOut }],
    [
      "Deployment of none",
      "apps/v1/Deployment",
      { spec: { replicas: 0 }, status: { observedGeneration: 2 } },
    ],
    ["StatefulSet", "apps/v1/StatefulSet", { spec: { replicas: 2 }, status: rolledOut }],
    [
      "StatefulSet updated by hand",
      "apps/v1/StatefulSet",
      {
        spec: { replicas: 2, updateStrategy: { type: "OnDelete" } },
        status: { ...rolledOut, updatedReplicas: 0 },
      },
    ],
    [
      "StatefulSet updated in part",
      "apps/v1/StatefulSet",
      {
        spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { ...rolledOut, updatedReplicas: 1 },
      },
    ],
    [
      "DaemonSet without nodes",
      "apps/v1/DaemonSet",
      { status: { observedGeneration: 2, desiredNumberScheduled: 0 } },
    ],
    ["Job", "batch/v1/Job", { status: condition("Complete") }],
    ["suspended Job", "batch/v1/Job", { spec: { suspend: true } }],
    ["Pod", "v1/Pod", { status: { phase: "Running", ...condition("Ready") } }],
    ["finished Pod", "v1/Pod", { status: { phase: "Succeeded" } }],
    ["bound claim", "v1/PersistentVolumeClaim", { status: { phase: "Bound" } }],
    [
      "claim that waits for its first pod",
      "v1/PersistentVolumeClaim",
      { spec: { storageClassName: "local" }, status: { phase: "Pending" } },
      { storageClass: { volumeBindingMode: "WaitForFirstConsumer" } },
    ],
    ["volume", "v1/PersistentVolume", { status: { phase: "Available" } }],
    [
      "Service",
      "v1/Service",
      { spec: { selector: { a: "b" } } },
      { endpoints: [{ conditions: { ready: true } }] },
    ],
    ["headless Service", "v1/Service", { spec: { clusterIP: "None", selector: { a: "b" } } }],
    ["Service without selector", "v1/Service", { spec: {} }],
    ["external Service", "v1/Service", { spec: { type: "ExternalName", selector: { a: "b" } } }],
    ["Namespace", "v1/Namespace", { status: { phase: "Active" } }],
    [
      "CRD",
      "apiextensions.k8s.io/v1/CustomResourceDefinition",
      { status: condition("Established") },
    ],
    ["any other kind", "heliograph.dev/v1/Signal", {}],
  ])("%s", async (_, type, object, surroundings) => {
    expect(await readiness(type, object, surroundings)).toEqual({ ready: true, waitingFor: "" });
  });
});

describe("not ready", () => {
  it.each<[string, object, string, Surroundings?]>([
    [
      "apps/v1/Deployment",
      { status: { ...rolledOut, observedGeneration: 1 } },
      "the controller to notice the change",
    ],
    [
      "apps/v1/Deployment",
      { spec: { replicas: 2 }, status: { ...rolledOut, updatedReplicas: 1 } },
      "new pods: 1 of 2 are created",
    ],
    [
      "apps/v1/Deployment",
      { spec: { replicas: 2 }, status: { ...rolledOut, availableReplicas: 1 } },
      "pods to be available: 1 of 2 are",
    ],
    [
      "apps/v1/Deployment",
      { spec: { replicas: 2 }, status: { ...rolledOut, replicas: 3 } },
      "1 old pods to end",
    ],
    [
      "apps/v1/Deployment",
      {
        status: {
          observedGeneration: 2,
          ...condition("ReplicaFailure", "True", { message: "quota" }),
        },
      },
      "its pods to be created: quota",
    ],
    [
      "apps/v1/StatefulSet",
      { spec: { replicas: 2 }, status: { ...rolledOut, updatedReplicas: 1 } },
      "new pods: 1 of 2 are updated",
    ],
    [
      "apps/v1/StatefulSet",
      { spec: { replicas: 2 }, status: { ...rolledOut, readyReplicas: 1 } },
      "pods to be ready: 1 of 2 are",
    ],
    ["apps/v1/StatefulSet", { spec: { replicas: 1 }, status: rolledOut }, "1 pods to end"],
    [
      "apps/v1/DaemonSet",
      { status: { observedGeneration: 2, desiredNumberScheduled: 1 } },
      "new pods: 0 of 1 nodes have one",
    ],
    [
      "apps/v1/DaemonSet",
      { status: { observedGeneration: 2, desiredNumberScheduled: 1, updatedNumberScheduled: 1 } },
      "pods to be available: 0 of 1 nodes have one",
    ],
    [
      "batch/v1/Job",
      { spec: { completions: 2 }, status: { succeeded: 1 } },
      "the job to complete: 1 of 2 pods succeeded",
    ],
    ["v1/Pod", { status: { phase: "Pending" } }, "the pod to be ready (phase Pending)"],
    [
      "v1/PersistentVolumeClaim",
      { status: { phase: "Pending" } },
      "the claim to be bound to a volume",
    ],
    [
      "v1/PersistentVolumeClaim",
      { spec: { storageClassName: "gone" }, status: { phase: "Pending" } },
      'the storage class "gone", which does not exist',
    ],
    [
      "v1/PersistentVolume",
      { status: { phase: "Pending" } },
      "the volume to be available (phase Pending)",
    ],
    ["v1/Service", { spec: { type: "LoadBalancer" } }, "the load balancer's address"],
    ["v1/Service", { spec: { selector: { a: "b" } } }, "pods that its selector matches"],
    [
      "v1/Service",
      { spec: { selector: { a: "b" } } },
      "one of its 2 pods to be ready",
      { endpoints: [{ conditions: { ready: false } }, { conditions: { ready: false } }] },
    ],
    ["v1/Namespace", { status: {} }, "the namespace to be active"],
    ["apiextensions.k8s.io/v1/CustomResourceDefinition", {}, "the definition to be established"],
  ])("%s %j", async (type, object, waitingFor, surroundings) => {
    expect(await readiness(type, object, surroundings)).toEqual({ ready: false, waitingFor });
  });

  it.each<[string, object, string]>([
    [
      "batch/v1/Job",
      {
        status: condition("Failed", "True", {
          reason: "BackoffLimitExceeded",
          message: "too often",
        }),
      },
      "the job failed: BackoffLimitExceeded: too often",
    ],
    ["v1/Pod", { status: { phase: "Failed", reason: "Evicted" } }, "the pod failed: Evicted"],
    ["v1/PersistentVolumeClaim", { status: { phase: "Lost" } }, "the claim lost its volume"],
    ["v1/Namespace", { status: { phase: "Terminating" } }, "the namespace is being deleted"],
    [
      "apiextensions.k8s.io/v1/CustomResourceDefinition",
      { status: condition("NamesAccepted", "False", { message: "signals is taken" }) },
      "its names are taken: signals is taken",
    ],
  ])("for good: %s %j", async (type, object, waitingFor) => {
    expect(await readiness(type, object)).toEqual({ ready: false, waitingFor, failed: true });
  });
});
