import { plural } from "../../../ui/text";
import {
  type Check,
  failed,
  type Outcome,
  passed,
  pending,
  together,
  warning,
  withFacts,
} from "../check";
import type { Facts } from "../facts";
import type { ClusterView } from "../../../cluster/cluster";
import { type Agent, agentCommand, type EdgeView } from "../edge";
import { Failure } from "../../../ui/failure";
import { agentComparisons } from "./running-config";
import { setTimeout as pause } from "node:timers/promises";
import { podOf } from "@heliograph/heliograph/model";
import { sumOf } from "../../../cluster/exposition";
import { request } from "../../../cluster/http";

export const agents: Check<EdgeView> = {
  name: "agents",
  proves: "as many agents are ready as there should be",
  next: (edge) => agentCommand(edge, "describe pods"),
  async run(edge) {
    const kubernetes = edge.cluster().then(kubernetesOf, () => ({}));
    const found = await edge.agents();
    const ready = found.length;
    const wanted = edge.home?.agents ?? 1;
    const detail = `${ready} of ${plural(wanted, "agent")} ready`;
    const facts = { ready, wanted, versions: { ...(await kubernetes), ...found[0]?.versions } };
    if (ready >= wanted) return passed(`${ready} ready`, detail, facts);
    return withFacts((await isStarting(edge)) ? pending(detail) : failed(detail), facts);
  },
};

/** The version of a cluster. It is for information: that it cannot be had is no failure. */
export async function kubernetesOf(cluster: ClusterView): Promise<Record<string, string>> {
  const kubernetes = await cluster.version().catch(() => undefined);
  return kubernetes === undefined ? {} : { kubernetes };
}

/** An agent discovers its targets, scrapes them once per interval, and sends some seconds later. */
const STARTING_SECONDS = 120;

/** Whether an agent runs, but not for long enough to be held to anything. */
export async function isStarting({ agents }: EdgeView): Promise<boolean> {
  try {
    return (await agents()).some(
      ({ runningSince }) =>
        runningSince !== undefined && Date.now() - runningSince.getTime() < STARTING_SECONDS * 1000,
    );
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

export const configuration: Check<EdgeView> = {
  name: "configuration",
  proves: "every agent runs the configuration that was deployed",
  next: (edge) => agentCommand(edge, "logs --tail 20"),
  async run(edge) {
    const comparisons = await agentComparisons(edge);
    const behind = comparisons.flatMap((each) => each.behind);
    // Kubelet brings a changed ConfigMap into the pod within two minutes, and the agent reads it
    // every 5 s.
    if (behind.length > 0) return pending(behind.join("; "));
    const intended = comparisons.map((each) => each.intended);
    return passed(
      intended.map((hash) => hash.slice(0, 8)).join(" "),
      `running ${intended.join(" and ")}, as deployed`,
    );
  },
};

export interface Queue {
  /** How far sending is behind scraping. Undefined while nothing has been sent. */
  readonly behindSeconds: number | undefined;
  /** Times of the newest sample that was scraped, and that was sent, in seconds since 1970. */
  readonly scrapedUntil: number;
  readonly sentUntil: number;
  readonly pending: number;
  /** Samples that the agent gave up since it was started: rejected for good, or dropped. */
  readonly lost: number;
}

/** `lookAgainMilliseconds`: long enough for a queue that moves to have sent a batch. */
export function queue(maxBehindSeconds: number, lookAgainMilliseconds = 6000): Check<EdgeView> {
  return {
    name: "queue",
    proves:
      "the agent sends as fast as it scrapes, " +
      `at most ${maxBehindSeconds} s behind, and loses nothing`,
    next: (edge) => agentCommand(edge, "logs --tail 20"),
    async run(edge) {
      const queues = await Promise.all(
        (await edge.agents()).map(async (agent) => ({ agent, now: await readQueue(agent) })),
      );
      const judged = queues.map(async ({ agent, now }): Promise<readonly [string, Outcome]> => [
        agent.name,
        await judgeQueue({ edge, agent, now }, maxBehindSeconds, lookAgainMilliseconds),
      ]);
      return withFacts(together(await Promise.all(judged)), queueFacts(queues.map((q) => q.now)));
    },
  };
}

/** The worst queue of an edge's agents, and what waits in all of them. */
function queueFacts(queues: readonly Queue[]): Facts {
  const behind = queues.flatMap(({ behindSeconds }) => behindSeconds ?? []);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    ...(behind.length > 0 && { behindSeconds: Math.max(...behind) }),
    samplesPending: sum(queues.map((each) => each.pending)),
    samplesLost: sum(queues.map(({ lost }) => lost)),
  };
}

interface AgentQueue {
  readonly edge: EdgeView;
  readonly agent: Agent;
  readonly now: Queue;
}

async function judgeQueue(
  { edge, agent, now }: AgentQueue,
  maxBehindSeconds: number,
  lookAgainMilliseconds: number,
): Promise<Outcome> {
  if (now.lost > 0) {
    const lately = await lostWithinAnHour(edge, agent);
    if (lately > 0)
      return failed(`${plural(Math.round(lately), "sample")} lost within the last hour`);
  }
  if (now.behindSeconds === undefined) {
    const detail = "the agent has not sent anything yet";
    return (await isStarting(edge)) ? pending(detail) : failed(detail);
  }
  const waiting = plural(now.pending, "sample");
  const behind = `${Math.round(now.behindSeconds)} s behind, ${waiting} pending`;
  if (now.behindSeconds > maxBehindSeconds) {
    await pause(lookAgainMilliseconds);
    const moves = (await readQueue(agent)).sentUntil > now.sentUntil;
    return moves
      ? pending(`the agent is catching up, ${behind}`)
      : failed(`the agent cannot send: ${behind}`);
  }
  if (now.lost > 0) {
    const lost = plural(now.lost, "sample");
    const detail = `${behind}; ${lost} lost since the agent was started, none within the last hour`;
    return warning("losses", detail);
  }
  return passed(`${Math.round(now.behindSeconds)} s`, `${behind}, none failed or dropped`);
}

export async function readQueue({ endpoint }: Agent): Promise<Queue> {
  return queueOf((await request({ ...endpoint, path: "/metrics" })).body);
}

/** The hub's copy of the agent's counter knows when it went up. */
async function lostWithinAnHour({ name, entry, hub }: EdgeView, agent: Agent): Promise<number> {
  const metrics = await hub.metrics(entry.cell);
  const own = `cluster="${name}", pod="${podOf(agent.name)}"`;
  return metrics.number(
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
