/** Waiting for objects to become ready or to be gone, with progress for people and an end in any case. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../client";
import { conditionsOf, describe } from "../objects";
import type { KubernetesObject } from "../objects";
import { explain, podSummaries } from "./pods";
import { readinessOf } from "./readiness";

const pollMs = 1000;
/** How often the pods themselves are asked while waiting. */
const podPollMs = 5000;

export interface WaitOptions {
  timeoutSeconds: number;
  signal: AbortSignal;
  /** Shows progress. */
  report(message: string): void;
}

export class NotReady extends Error {
  constructor(
    message: string,
    readonly reasons: string[],
    /** The object as it was seen last. */
    readonly object: KubernetesObject,
  ) {
    super([message, ...reasons].join("\n  "));
  }
}

export async function waitUntilReady(
  applied: KubernetesObject,
  client: Client,
  options: WaitOptions,
): Promise<KubernetesObject> {
  const started = Date.now();
  let nextPodPoll = started + podPollMs;
  let object = applied;
  for (;;) {
    const readiness = await readinessOf(object, client);
    const seconds = Math.round((Date.now() - started) / 1000);
    if (readiness.ready) {
      if (object !== applied) options.report(`ready after ${seconds} s`);
      return object;
    }
    if (readiness.failed) throw await notReady(readiness.waitingFor, object, client);
    if (options.signal.aborted) throw await notReady(`cancelled after ${seconds} s`, object, client);
    if (seconds >= options.timeoutSeconds) {
      throw await notReady(`not ready after ${seconds} s, still waiting for ${readiness.waitingFor}`, object, client);
    }
    let pods: string[] = [];
    if (Date.now() >= nextPodPoll) {
      pods = await podSummaries(object, client);
      nextPodPoll = Date.now() + podPollMs;
    }
    options.report([`waiting for ${readiness.waitingFor} (${seconds} s)`, ...pods].join("; "));
    await pause(options.signal);
    const seen = await client.get(object);
    if (!seen) throw new Error(`${describe(object)} was deleted by someone else while we waited for it.`);
    object = seen;
  }
}

/** Ready now, or why not: what a refresh looks at. */
export async function currentProblems(object: KubernetesObject, client: Client): Promise<string[]> {
  const readiness = await readinessOf(object, client);
  if (readiness.ready) return [];
  return [`waiting for ${readiness.waitingFor}`, ...(await explain(object, client))];
}

export async function waitUntilGone(object: KubernetesObject, client: Client, options: WaitOptions): Promise<void> {
  const started = Date.now();
  for (;;) {
    const seen = await client.get(object);
    // Another uid: somebody made a new object of this name, which is not ours to wait for.
    if (!seen || (object.metadata.uid && seen.metadata.uid !== object.metadata.uid)) return;
    const seconds = Math.round((Date.now() - started) / 1000);
    const left = whatHolds(seen);
    if (seconds >= options.timeoutSeconds || options.signal.aborted) {
      const why = options.signal.aborted ? "cancelled" : "still there";
      throw new Error(`${describe(object)}: ${why} ${seconds} s after the deletion began. ${left.join(" ")}`.trimEnd());
    }
    options.report([`waiting for the deletion (${seconds} s)`, ...left].join("; "));
    await pause(options.signal);
  }
}

/** What keeps a deleted object: its finalizers, and what a namespace says of its contents. */
function whatHolds(object: KubernetesObject): string[] {
  const { finalizers = [] } = object.metadata;
  const contents = conditionsOf(object).filter(
    ({ type, status }) => object.kind === "Namespace" && status === "True" && type.startsWith("Namespace"),
  );
  return [
    ...(finalizers.length > 0 ? [`Finalizers: ${finalizers.join(", ")}.`] : []),
    ...contents.map(({ message }) => message ?? ""),
  ];
}

async function notReady(what: string, object: KubernetesObject, client: Client): Promise<NotReady> {
  return new NotReady(`${describe(object)}: ${what}`, await explain(object, client), object);
}

async function pause(signal: AbortSignal): Promise<void> {
  // An abort only ends the pause: the loop says what it found then.
  await sleep(pollMs, undefined, { signal }).catch(() => undefined);
}
