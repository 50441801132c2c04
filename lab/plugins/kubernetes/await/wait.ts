/**
 * Waiting for objects to become ready or to be gone, with progress for people and an end in any
 * case.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, Unreachable } from "../client";
import type { Client } from "../client";
import { conditionsOf, describe } from "../objects";
import type { KubernetesObject } from "../objects";
import { explain, podSummaries } from "./pods";
import { readinessOf } from "./readiness";
import type { Readiness } from "./readiness";

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
    const readiness = await unlessUnreachable(readinessOf(object, client));
    const seconds = Math.round((Date.now() - started) / 1000);
    if (readiness.ready) {
      if (object !== applied) options.report(`ready after ${seconds} s`);
      return object;
    }
    if (readiness.failed) throw await notReady(readiness.waitingFor, object, client);
    if (options.signal.aborted)
      throw await notReady(`cancelled after ${seconds} s`, object, client);
    if (seconds >= options.timeoutSeconds) {
      throw await notReady(
        `not ready after ${seconds} s, still waiting for ${readiness.waitingFor}`,
        object,
        client,
      );
    }
    let pods: string[] = [];
    if (Date.now() >= nextPodPoll) {
      pods = await unlessItFails(podSummaries(object, client));
      nextPodPoll = Date.now() + podPollMs;
    }
    options.report([`waiting for ${readiness.waitingFor} (${seconds} s)`, ...pods].join("; "));
    await pause(options.signal);
    object = await latest(object, client);
  }
}

/** An API server that is away for a while is one more thing to wait for. */
async function unlessUnreachable(looking: Promise<Readiness>): Promise<Readiness> {
  try {
    return await looking;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return { ready: false, waitingFor: `an answer: ${error.message}` };
  }
}

async function latest(object: KubernetesObject, client: Client): Promise<KubernetesObject> {
  const seen = await stillThere(object, client);
  if (!seen)
    throw new Error(`${describe(object)} was deleted by someone else while we waited for it.`);
  return seen;
}

function isPassing(error: unknown): error is Error {
  return (
    error instanceof Unreachable ||
    (error instanceof ApiError && (error.status === 429 || error.status >= 500))
  );
}

/** Ready now, or why not: what a refresh looks at. */
export async function currentProblems(object: KubernetesObject, client: Client): Promise<string[]> {
  const readiness = await readinessOf(object, client);
  if (readiness.ready) return [];
  return [`waiting for ${readiness.waitingFor}`, ...(await unlessItFails(explain(object, client)))];
}

export async function waitUntilGone(
  object: KubernetesObject,
  client: Client,
  options: WaitOptions,
): Promise<void> {
  const started = Date.now();
  for (;;) {
    const seen = await stillThere(object, client);
    const seconds = Math.round((Date.now() - started) / 1000);
    // Another uid: somebody made a new object of this name, which is not ours to wait for.
    if (!seen || (object.metadata.uid && seen.metadata.uid !== object.metadata.uid)) {
      return options.report(`gone after ${seconds} s`);
    }
    const left = whatHolds(seen);
    if (seconds >= options.timeoutSeconds || options.signal.aborted) {
      const why = options.signal.aborted ? "cancelled" : "still there";
      throw new Error(
        `${describe(object)}: ${why} ${seconds} s after the deletion began. ${left.join(" ")}`.trimEnd(),
      );
    }
    options.report([`waiting for the deletion (${seconds} s)`, ...left].join("; "));
    await pause(options.signal);
  }
}

/** The object, or undefined if it is gone; as it was, while nobody can say. */
async function stillThere(
  object: KubernetesObject,
  client: Client,
): Promise<KubernetesObject | undefined> {
  try {
    return await client.get(object);
  } catch (error) {
    if (isPassing(error)) return object;
    throw error;
  }
}

/** What keeps a deleted object: its finalizers, and what a namespace says of its contents. */
function whatHolds(object: KubernetesObject): string[] {
  const { finalizers = [] } = object.metadata;
  const contents = conditionsOf(object).filter(
    ({ type, status }) =>
      object.kind === "Namespace" && status === "True" && type.startsWith("Namespace"),
  );
  return [
    ...(finalizers.length > 0 ? [`Finalizers: ${finalizers.join(", ")}.`] : []),
    ...contents.map(({ message }) => message ?? ""),
  ];
}

async function notReady(what: string, object: KubernetesObject, client: Client): Promise<NotReady> {
  return new NotReady(
    `${describe(object)}: ${what}`,
    await unlessItFails(explain(object, client)),
    object,
  );
}

/** What the pods say is a help, and must not take the place of what it is to explain. */
async function unlessItFails(asking: Promise<string[]>): Promise<string[]> {
  return asking.catch((error: unknown) => [
    `The pods could not be asked: ${(error as Error).message}`,
  ]);
}

async function pause(signal: AbortSignal): Promise<void> {
  // An abort only ends the pause: the loop says what it found then.
  await sleep(pollMs, undefined, { signal }).catch(() => undefined);
}
