import { parseQuantity } from "@heliograph/heliograph/model";
import { moved, type Stranding } from "./stranding-change";
import type { Stored, StoredKept, StoredQueue } from "./stored";

/** An agent with another address, other labels or another volume starts a new queue. */
export function queueChanges(
  stored: StoredQueue | undefined,
  { queue: intended, kept }: Pick<Stored, "queue" | "kept">,
): Stranding[] {
  if (!stored) return [];
  if (kept) return [keptInstead(stored)];
  if (!intended) return [agentGone(stored)];
  const labels = Object.keys(intended.labels ?? {}).filter(
    (label) => stored.labels?.[label] !== intended.labels?.[label],
  );
  const show = (from: StoredQueue) =>
    labels.map((label) => `${label}=${from.labels?.[label] ?? ""}`).join(", ");
  const wait = waitForQueue(stored);
  const another = {
    lost: "what is in the queue: with this change the agent starts another one",
    instead: wait,
  };
  return [
    ...moved("queue.url", "edge", stored.url, intended.url, another),
    ...moved("queue.serverName", "edge", stored.serverName, intended.serverName, another),
    ...(stored.labels && labels.length > 0
      ? moved("queue.labels", "edge", show(stored), show(intended), another)
      : []),
    ...shrunk(stored.bufferDisk, intended.bufferDisk),
    ...moved("storageClass", "edge", stored.storageClass, intended.storageClass, {
      lost: "the agent's volume, with what is in the queue: another class is another volume",
      instead: wait,
    }),
  ];
}

const waitForQueue = ({ edge }: StoredQueue) => [
  `wait until it is empty: npm run verify shows how far ${edge} is behind; then accept`,
];

const sending = ({ edge }: StoredQueue) =>
  ({ key: "queue", section: "edge", was: `edge ${edge}, whose agent sends to its hub` }) as const;

function keptInstead(stored: StoredQueue): Stranding {
  return {
    ...sending(stored),
    asked: "an edge that keeps its metrics",
    lost: "what is in the queue; what was sent stays at the hub until its retention has passed, and is seen by the global query",
    instead: waitForQueue(stored),
  };
}

/** Metrics that stay at an edge are in a bucket that nobody but its own local store reads. */
export function keptChanges(
  stored: StoredKept | undefined,
  intended: StoredKept | undefined,
): Stranding[] {
  if (!stored) return [];
  const { edge } = stored;
  const place = ({ bucket, prefix }: StoredKept) => `${bucket}/${prefix}`;
  const lost = `for queries, all metrics that edge ${edge} has kept: they stay in the bucket, where nothing deletes them`;
  const copy = "copy what is to be seen: rclone copy old:.../ new:.../; then accept";
  if (!intended) {
    const all = `${lost}; what is younger than three hours is not there yet`;
    const instead = [
      "keep the mode for as long as they are needed; or accept, and delete the bucket later",
    ];
    const was = `metrics in ${place(stored)}`;
    return [
      {
        key: "metrics",
        section: "edge",
        was,
        asked: "an edge that sends them",
        lost: all,
        instead,
      },
    ];
  }
  return [
    ...moved("metrics.bucket", "edge", place(stored), place(intended), { lost, instead: [copy] }),
    ...shrunk(stored.bufferDisk, intended.bufferDisk),
  ];
}

function agentGone(stored: StoredQueue): Stranding {
  return {
    ...sending(stored),
    asked:
      "an edge without its agent, because it has no hub, or its hub does not know it or has not signed it",
    lost: "the agent's volume, with what is in the queue, and all that would be scraped from then on",
    instead: [
      "give it a hub that lists it and has signed its request; a revoked edge keeps its agent",
      `to end it: npm run offboard -- ${stored.edge} --drain`,
    ],
  };
}

function shrunk(was: string | undefined, asked: string | undefined): Stranding[] {
  if (!was || !asked || parseQuantity(asked) >= parseQuantity(was)) return [];
  return moved("bufferDisk", "edge", was, asked, {
    lost: "nothing at once, but no volume shrinks: Kubernetes refuses it half-way through the update",
    instead: [
      `keep the volume: heliograph:edge.bufferDisk: ${was} (without it, the size follows outage, activeSeries and scrapeInterval)`,
    ],
  });
}
