/**
 * When an object counts as ready, kind by kind, from one look at it: what the official plugin waits
 * for.
 */
import type { Client } from "../client";
import { conditionOf } from "../objects";
import type { KubernetesObject } from "../objects";

export interface Readiness {
  ready: boolean;
  /** What is still missing, for people. */
  waitingFor: string;
  /** True if waiting longer cannot help. */
  failed?: boolean;
}
type Check = (object: KubernetesObject, client: Client) => Readiness | Promise<Readiness>;

const ready: Readiness = { ready: true, waitingFor: "" };
const waiting = (waitingFor: string): Readiness => ({ ready: false, waitingFor });
const failed = (waitingFor: string): Readiness => ({ ready: false, waitingFor, failed: true });

const checks: Record<string, Check> = {
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "apps/v1/DaemonSet": daemonSet,
  "batch/v1/Job": job,
  "v1/Pod": pod,
  "v1/PersistentVolumeClaim": claim,
  "v1/PersistentVolume": volume,
  "v1/Service": service,
  "v1/Namespace": namespace,
  "apiextensions.k8s.io/v1/CustomResourceDefinition": definition,
};

/** Kinds without a check of their own are ready as soon as the API server took them. */
export async function readinessOf(object: KubernetesObject, client: Client): Promise<Readiness> {
  return (await checks[`${object.apiVersion}/${object.kind}`]?.(object, client)) ?? ready;
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/**
 * The controller has not looked at the newest generation yet: everything else in the status is of
 * an older one.
 */
function isStale(object: KubernetesObject): boolean {
  return count(object.status?.["observedGeneration"]) < (object.metadata.generation ?? 0);
}

const stale = waiting("the controller to notice the change");

function deployment(object: KubernetesObject): Readiness {
  if (isStale(object)) return stale;
  const wanted = count(object.spec?.["replicas"] ?? 1);
  const updated = count(object.status?.["updatedReplicas"]);
  const all = count(object.status?.["replicas"]);
  const available = count(object.status?.["availableReplicas"]);
  const refusal = conditionOf(object, "ReplicaFailure");
  if (refusal?.status === "True")
    return waiting(`its pods to be created: ${refusal.message ?? refusal.reason}`);
  if (updated < wanted) return waiting(`new pods: ${updated} of ${wanted} are created`);
  if (available < wanted) return waiting(`pods to be available: ${available} of ${wanted} are`);
  if (all > updated) return waiting(`${all - updated} old pods to end`);
  return ready;
}

function statefulSet(object: KubernetesObject): Readiness {
  if (isStale(object)) return stale;
  const strategy = object.spec?.["updateStrategy"] as
    { type?: string; rollingUpdate?: { partition?: number } } | undefined;
  const wanted = count(object.spec?.["replicas"] ?? 1);
  const readyReplicas = count(object.status?.["readyReplicas"]);
  const toUpdate = Math.max(0, wanted - count(strategy?.rollingUpdate?.partition));
  const updated = count(object.status?.["updatedReplicas"]);
  if (strategy?.type !== "OnDelete" && updated < toUpdate) {
    return waiting(`new pods: ${updated} of ${toUpdate} are updated`);
  }
  if (readyReplicas < wanted) return waiting(`pods to be ready: ${readyReplicas} of ${wanted} are`);
  const left = count(object.status?.["replicas"]) - wanted;
  return left > 0 ? waiting(`${left} pods to end`) : ready;
}

function daemonSet(object: KubernetesObject): Readiness {
  if (isStale(object)) return stale;
  const wanted = count(object.status?.["desiredNumberScheduled"]);
  const updated = count(object.status?.["updatedNumberScheduled"]);
  const available = count(object.status?.["numberAvailable"]);
  const strategy = object.spec?.["updateStrategy"] as { type?: string } | undefined;
  if (strategy?.type !== "OnDelete" && updated < wanted) {
    return waiting(`new pods: ${updated} of ${wanted} nodes have one`);
  }
  return available < wanted
    ? waiting(`pods to be available: ${available} of ${wanted} nodes have one`)
    : ready;
}

function job(object: KubernetesObject): Readiness {
  const failure = conditionOf(object, "Failed");
  if (failure?.status === "True")
    return failed(`the job failed: ${failure.reason}: ${failure.message}`);
  if (conditionOf(object, "Complete")?.status === "True" || object.spec?.["suspend"] === true)
    return ready;
  const wanted = count(object.spec?.["completions"] ?? 1);
  return waiting(
    `the job to complete: ${count(object.status?.["succeeded"])} of ${wanted} pods succeeded`,
  );
}

function pod(object: KubernetesObject): Readiness {
  const phase = object.status?.["phase"];
  if (phase === "Succeeded" || conditionOf(object, "Ready")?.status === "True") return ready;
  if (phase === "Failed")
    return failed(`the pod failed: ${String(object.status?.["reason"] ?? "see its containers")}`);
  return waiting(`the pod to be ready (phase ${String(phase ?? "unknown")})`);
}

async function claim(object: KubernetesObject, client: Client): Promise<Readiness> {
  const phase = object.status?.["phase"];
  if (phase === "Bound") return ready;
  if (phase === "Lost") return failed("the claim lost its volume");
  const storageClass = object.spec?.["storageClassName"];
  if (phase === "Pending" && typeof storageClass === "string" && storageClass !== "") {
    const found = await client.get({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: storageClass },
    });
    const mode = (found as { volumeBindingMode?: string } | undefined)?.volumeBindingMode;
    if (mode === "WaitForFirstConsumer") return ready; // it is bound when the first pod uses it
    if (!found) return waiting(`the storage class "${storageClass}", which does not exist`);
  }
  return waiting("the claim to be bound to a volume");
}

function volume(object: KubernetesObject): Readiness {
  const phase = String(object.status?.["phase"]);
  if (phase === "Available" || phase === "Bound") return ready;
  return waiting(`the volume to be available (phase ${phase})`);
}

async function service(object: KubernetesObject, client: Client): Promise<Readiness> {
  const spec = object.spec ?? {};
  if (spec["type"] === "LoadBalancer") {
    const balancer = object.status?.["loadBalancer"] as { ingress?: unknown[] } | undefined;
    if (!balancer?.ingress?.length) return waiting("the load balancer's address");
  }
  const selector = Object.keys((spec["selector"] as Record<string, string> | undefined) ?? {});
  if (spec["type"] === "ExternalName" || spec["clusterIP"] === "None" || selector.length === 0)
    return ready;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${object.metadata.namespace}/endpointslices`;
  const slices = await client.list(path, {
    labelSelector: `kubernetes.io/service-name=${object.metadata.name}`,
  });
  const endpoints = slices.flatMap(
    (slice) =>
      (slice as unknown as { endpoints?: { conditions?: { ready?: boolean } }[] | null })
        .endpoints ?? [],
  );
  if (endpoints.some((endpoint) => endpoint.conditions?.ready !== false)) return ready;
  if (endpoints.length > 0) return waiting(`one of its ${endpoints.length} pods to be ready`);
  return waiting("pods that its selector matches");
}

function namespace(object: KubernetesObject): Readiness {
  const phase = object.status?.["phase"];
  if (phase === "Terminating") return failed("the namespace is being deleted");
  return phase === "Active" ? ready : waiting("the namespace to be active");
}

function definition(object: KubernetesObject): Readiness {
  if (conditionOf(object, "Established")?.status === "True") return ready;
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False") return failed(`its names are taken: ${names.message}`);
  return waiting("the definition to be established");
}
