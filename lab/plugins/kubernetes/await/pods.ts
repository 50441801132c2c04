/**
 * Why the pods of a workload are not ready, in the words of the cluster: reasons, events, last
 * lines of the log.
 */
import type { Client } from "../client";
import { conditionOf, describe } from "../objects";
import type { KubernetesObject } from "../objects";

interface ContainerState {
  reason?: string;
  message?: string;
  exitCode?: number;
}
interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: { waiting?: ContainerState; running?: object; terminated?: ContainerState };
  lastState?: { terminated?: ContainerState };
}

const shownPods = 3;
const shownEvents = 3;
const shownLogLines = 10;

/** One line for each pod that is not ready. */
export async function podSummaries(object: KubernetesObject, client: Client): Promise<string[]> {
  const pods = await unreadyPods(object, client);
  return pods.map((pod) => `${pod.metadata.name}: ${podState(pod)}`);
}

/** Everything that helps to find out what is wrong with an object that did not become ready. */
export async function explain(object: KubernetesObject, client: Client): Promise<string[]> {
  const pods = (await unreadyPods(object, client)).slice(0, shownPods);
  const explained = await Promise.all(pods.map((pod) => explainPod(pod, client)));
  const own = object.kind === "Pod" ? [] : await warnings(object, client);
  return [...own, ...explained.flat()];
}

async function unreadyPods(object: KubernetesObject, client: Client): Promise<KubernetesObject[]> {
  if (object.kind === "Pod") return [object];
  const labelSelector = selectorOf(object);
  if (!labelSelector || !object.metadata.namespace) return [];
  const pods = await client.list(`/api/v1/namespaces/${object.metadata.namespace}/pods`, {
    labelSelector,
  });
  const unready = pods.filter(
    (pod) => conditionOf(pod, "Ready")?.status !== "True" && pod.status?.["phase"] !== "Succeeded",
  );
  return unready.map((pod) => ({ ...pod, apiVersion: "v1", kind: "Pod" }));
}

function selectorOf(object: KubernetesObject): string | undefined {
  const selector = object.spec?.["selector"] as Record<string, unknown> | undefined;
  const labels = (object.kind === "Service" ? selector : selector?.["matchLabels"]) as
    Record<string, string> | undefined;
  const terms = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return terms.length > 0 ? terms.join(",") : undefined;
}

function podState(pod: KubernetesObject): string {
  const states = containersOf(pod).flatMap((container) => {
    const state = containerState(container);
    return state ? [`${container.name} ${state}`] : [];
  });
  if (states.length > 0) return states.join("; ");
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "False") return `cannot be scheduled: ${scheduled.message}`;
  const reason = String(pod.status?.["message"] ?? pod.status?.["reason"] ?? "");
  return `phase ${String(pod.status?.["phase"])}${reason && `: ${reason}`}`;
}

function containersOf(pod: KubernetesObject): ContainerStatus[] {
  const statuses = (key: string) => (pod.status?.[key] as ContainerStatus[] | undefined) ?? [];
  return [...statuses("initContainerStatuses"), ...statuses("containerStatuses")];
}

function containerState({
  ready,
  state,
  lastState,
  restartCount,
}: ContainerStatus): string | undefined {
  const ended = state?.terminated ?? lastState?.terminated;
  if (ready || state?.terminated?.exitCode === 0) return undefined;
  const parts = [
    state?.waiting?.reason && `waits: ${state.waiting.reason}${detail(state.waiting.message)}`,
    state?.running && "runs, but is not ready",
    ended && `ended with exit code ${ended.exitCode} (${ended.reason})${detail(ended.message)}`,
    restartCount > 0 && `restarted ${restartCount} times`,
  ];
  return parts.filter(Boolean).join(", ") || undefined;
}

function detail(message: string | undefined): string {
  return message ? ` (${message.trim()})` : "";
}

async function explainPod(pod: KubernetesObject, client: Client): Promise<string[]> {
  const logs = await Promise.all(
    containersOf(pod)
      .filter((container) => containerState(container))
      .map((container) => lastLines(pod, container, client)),
  );
  return [
    `Pod ${pod.metadata.name}: ${podState(pod)}`,
    ...(await warnings(pod, client)),
    ...logs.flat(),
  ];
}

async function warnings(object: KubernetesObject, client: Client): Promise<string[]> {
  const namespace = object.metadata.namespace ?? "default";
  const fieldSelector = `type=Warning,involvedObject.uid=${object.metadata.uid ?? ""}`;
  const events = await client.list(`/api/v1/namespaces/${namespace}/events`, { fieldSelector });
  const time = (event: KubernetesObject) =>
    String(
      (event as { lastTimestamp?: string | null }).lastTimestamp ??
        (event as { eventTime?: string }).eventTime,
    );
  return events
    .sort((first, second) => time(first).localeCompare(time(second)))
    .slice(-shownEvents)
    .map((event) => {
      const { reason, message } = event as { reason?: string; message?: string };
      return `Event of ${describe(object)}: ${reason}: ${message}`;
    });
}

async function lastLines(
  pod: KubernetesObject,
  container: ContainerStatus,
  client: Client,
): Promise<string[]> {
  const { name, namespace } = pod.metadata;
  const previous = container.state?.waiting && container.lastState?.terminated ? "true" : undefined;
  const query = { container: container.name, tailLines: String(shownLogLines), previous };
  try {
    const log = await client.text(`/api/v1/namespaces/${namespace}/pods/${name}/log`, query);
    return log.trim()
      ? [`Log of ${name}/${container.name}:\n${log.trimEnd().replace(/^/gm, "  | ")}`]
      : [];
  } catch {
    return []; // a container that never ran has no log
  }
}
