import { parseQuantity } from "../../components/kit/quantity";
import { moved, type Stranding } from "./stranding-change";
import type { StoredQueue } from "./stored";

/** What the agent has not sent yet is in its queue, which ends with its address, its labels and its volume. */
export function queueChanges(stored: StoredQueue | undefined, intended: StoredQueue | undefined): Stranding[] {
  if (!stored) return [];
  if (!intended) return [agentGone(stored)];
  const labels = Object.keys(intended.labels ?? {}).filter(
    (label) => stored.labels?.[label] !== intended.labels?.[label],
  );
  const show = (from: StoredQueue) => labels.map((label) => `${label}=${from.labels?.[label] ?? ""}`).join(", ");
  const wait = [`wait until it is empty: npm run verify shows how far ${stored.edge} is behind; then accept`];
  const another = { lost: "what is in the queue: with this change the agent starts another one", instead: wait };
  return [
    ...moved("queue.url", "edge", stored.url, intended.url, another),
    ...moved("queue.serverName", "edge", stored.serverName, intended.serverName, another),
    ...(stored.labels && labels.length > 0 ? moved("queue.labels", "edge", show(stored), show(intended), another) : []),
    ...shrunk(stored.bufferDisk, intended.bufferDisk),
    ...moved("storageClass", "edge", stored.storageClass, intended.storageClass, {
      lost: "the agent's volume, with what is in the queue: another class is another volume",
      instead: wait,
    }),
  ];
}

function agentGone({ edge }: StoredQueue): Stranding {
  return {
    key: "queue",
    section: "edge",
    was: `edge ${edge}, whose agent sends to its hub`,
    asked: "an edge without its agent, because it has no hub, or its hub does not know it or has not signed it",
    lost: "the agent's volume, with what is in the queue, and all that would be scraped from then on",
    instead: [
      "give it a hub that lists it and has signed its request; a revoked edge keeps its agent",
      `to end it: npm run offboard -- ${edge} --drain`,
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
