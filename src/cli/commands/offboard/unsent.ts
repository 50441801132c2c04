import { X509Certificate } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../ui/failure";
import { duration } from "../../ui/text";
import { type Queue, readQueue } from "../verify/checks/agents";
import type { EdgeView } from "../verify/edge";

/** How far the agent is behind with sending, or why that is unknown. */
export type Unsent = { readonly seconds: number } | { readonly unknown: string };

export async function unsentOf(edge: EdgeView): Promise<Unsent> {
  try {
    const queues = await queuesOf(edge);
    const silent = queues.some(
      ({ sentUntil, scrapedUntil }) => sentUntil === 0 && scrapedUntil > 0,
    );
    if (silent) return { unknown: "an agent has not sent anything since it was started" };
    return { seconds: Math.max(...queues.map(({ behindSeconds = 0 }) => behindSeconds)) };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}

/**
 * The queue of each ready agent. In a pair, the samples of either may be the ones that are stored.
 */
async function queuesOf(edge: EdgeView): Promise<Queue[]> {
  return Promise.all((await edge.agents()).map(readQueue));
}

/**
 * A shard sends after at most 5 s. After twice that, everything scraped before has left every
 * shard.
 */
const FLUSH_SECONDS = 10;

/** Waits until every agent has sent everything that it had scraped when the wait started. */
export async function drain(
  edge: EdgeView,
  timeoutSeconds: number,
  {
    tell,
    signal,
    everyMilliseconds = 2000,
  }: { tell(text: string): void; signal: AbortSignal; everyMilliseconds?: number },
): Promise<void> {
  const start = Date.now();
  const until = (await queuesOf(edge)).map(({ scrapedUntil }) =>
    scrapedUntil === 0 ? 0 : scrapedUntil + FLUSH_SECONDS,
  );
  for (;;) {
    const sent = (await queuesOf(edge)).map(({ sentUntil }) => sentUntil);
    const missing = Math.max(...until.map((time, index) => time - (sent[index] ?? 0)));
    if (missing <= 0) return;
    const behind = sent.includes(0) ? "nothing is sent yet" : `${duration(missing * 1000)} to go`;
    const took = duration(Date.now() - start);
    if (Date.now() - start > timeoutSeconds * 1000 || signal.aborted)
      throw new Failure(
        `The agent of edge ${edge.name} has not sent everything after ${took}: ${behind}.`,
        "Nothing was revoked. --drain <duration> waits longer; without --drain the rest is lost.",
      );
    tell(behind);
    await pause(everyMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

/** The time of the edge's newest sample; undefined if there was none within a day. */
export async function newestSample({ name, entry, hub }: EdgeView): Promise<Date | undefined> {
  const metrics = await hub.metrics(entry.cell);
  const up = `timestamp(up{cluster="${name}"})`;
  for (const promql of [`max(${up})`, `max(max_over_time(${up}[24h:1m]))`]) {
    const [found] = await metrics.query([entry.tenant], promql);
    if (found) return new Date(found.value * 1000);
  }
  return undefined;
}

export function certificateEnd({ entry }: EdgeView): Date | undefined {
  const certificate = entry.state === "waiting" ? undefined : entry.certificate;
  return certificate === undefined ? undefined : new Date(new X509Certificate(certificate).validTo);
}
