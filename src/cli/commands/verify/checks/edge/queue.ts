import { setTimeout as pause } from "node:timers/promises";
import { podOf } from "../../../../../../components/contract/places";
import { request } from "../../../../cluster/http";
import { plural } from "../../../../ui/text";
import { failed, passed, pending, together, warning, type Check, type Outcome } from "../../check";
import type { Agent, EdgeView } from "../../fleet";
import { agentCommand } from "../../kubectl";
import { isStarting } from "../../starting";

export interface Queue {
  /** Seconds by which what was sent is behind what was scraped; undefined while nothing has been sent. */
  readonly behindSeconds: number | undefined;
  /** Seconds since 1970 of the newest sample that was scraped, and of the newest one that was sent. */
  readonly scrapedUntil: number;
  readonly sentUntil: number;
  readonly pending: number;
  /** Samples that the agent gave up since it was started: refused for good, or dropped. */
  readonly lost: number;
}

/** `lookAgainMilliseconds`: long enough for a queue that moves to have sent a batch. */
export function queue(maxBehindSeconds: number, lookAgainMilliseconds = 6000): Check<EdgeView> {
  return {
    name: "queue",
    proves: `the agent sends as fast as it scrapes, at most ${maxBehindSeconds} s behind, and loses nothing`,
    next: (edge) => agentCommand(edge, "logs --tail 20"),
    async run(edge) {
      const judged = (await edge.agents()).map(
        async (agent): Promise<readonly [string, Outcome]> => [
          agent.name,
          await judgeQueue(edge, agent, maxBehindSeconds, lookAgainMilliseconds),
        ],
      );
      return together(await Promise.all(judged));
    },
  };
}

async function judgeQueue(
  edge: EdgeView,
  agent: Agent,
  maxBehindSeconds: number,
  lookAgainMilliseconds: number,
): Promise<Outcome> {
  const now = await readQueue(agent);
  if (now.lost > 0) {
    const lately = await lostWithinAnHour(edge, agent);
    if (lately > 0)
      return failed(`${plural(Math.round(lately), "sample")} lost within the last hour`);
  }
  if (now.behindSeconds === undefined) {
    const detail = "the agent has not sent anything yet";
    return (await isStarting(edge)) ? pending(detail) : failed(detail);
  }
  const behind = `${Math.round(now.behindSeconds)} s behind, ${plural(now.pending, "sample")} pending`;
  if (now.behindSeconds > maxBehindSeconds) {
    await pause(lookAgainMilliseconds);
    const moves = (await readQueue(agent)).sentUntil > now.sentUntil;
    return moves
      ? pending(`the agent is catching up, ${behind}`)
      : failed(`the agent cannot send: ${behind}`);
  }
  if (now.lost > 0) {
    const detail = `${behind}; ${plural(now.lost, "sample")} lost since the agent was started, none within the last hour`;
    return warning("losses", detail);
  }
  return passed(`${Math.round(now.behindSeconds)} s`, `${behind}, none failed or dropped`);
}

export async function readQueue({ endpoint }: Agent): Promise<Queue> {
  return queueOf((await request({ ...endpoint, path: "/metrics" })).body);
}

/** The hub's copy of the agent's counter knows when it went up. */
async function lostWithinAnHour({ name, entry, hub }: EdgeView, agent: Agent): Promise<number> {
  const mimir = await hub.mimir(entry.cell);
  const own = `cluster="${name}", pod="${podOf(agent.name)}"`;
  return mimir.number(
    [entry.tenant],
    `sum(increase(prometheus_remote_storage_samples_failed_total{${own}}[1h]))`,
  );
}

/** The state of the queue, from the agent's own metrics. */
export function queueOf(metrics: string): Queue {
  const scraped = sumOf(metrics, "prometheus_remote_storage_highest_timestamp_in_seconds");
  const sentUntil = sumOf(
    metrics,
    "prometheus_remote_storage_queue_highest_sent_timestamp_seconds",
  );
  const intended = /\breason="dropped_series"/;
  return {
    behindSeconds: sentUntil === 0 ? undefined : Math.max(0, scraped - sentUntil),
    scrapedUntil: scraped,
    sentUntil,
    pending: sumOf(metrics, "prometheus_remote_storage_samples_pending"),
    lost:
      sumOf(metrics, "prometheus_remote_storage_samples_failed_total") +
      sumOf(
        metrics,
        "prometheus_remote_storage_samples_dropped_total",
        (series) => !intended.test(series),
      ),
  };
}

/** Sum over the series of a metric in the text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
function sumOf(
  metrics: string,
  name: string,
  counts: (series: string) => boolean = () => true,
): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter(counts)
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
