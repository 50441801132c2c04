import { setTimeout as pause } from "node:timers/promises";
import type { ClusterName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { received } from "../notifications/sink.js";
import type { Received } from "../notifications/sink-server.js";
import { has, type RulerWatch } from "./ruler-watch.js";

/** Something that is wrong, and what is told of it. */
export interface Told {
  readonly what: string;
  readonly alert: string;
  /** Labels that tell it from the same alert about something else. */
  readonly about: Readonly<Record<string, string>>;
  /** Seconds that it has to last, as the rule has it. */
  readonly forSeconds: number;
}

export interface Incident extends Told {
  /** Left out where it is not about one. */
  readonly edge?: ClusterName;
  readonly receiver: Receiver;
  /** It looks back for hours, and so is still there at the end. */
  readonly stays?: boolean;
}

export const RECEIVERS = ["dev-team", "dev-on-call", "stg-team", "platform"] as const;
export type Receiver = (typeof RECEIVERS)[number];

/** Shorter than shipped, so that the end of an alert is told soon. */
const groupInterval = "30s";
export const ROUTES = [
  {
    tenants: ["dev"],
    receiver: "dev-team",
    groupInterval,
    routes: [{ severities: ["critical"], receiver: "dev-on-call" }],
  },
  { tenants: ["stg"], receiver: "stg-team", groupInterval },
  { receiver: "platform", groupInterval },
];

/** Whose alert it is, by the labels that the tree looks at. */
function receiverOf({ tenant_id, severity }: Received["labels"]): Receiver {
  if (tenant_id === "dev") return severity === "critical" ? "dev-on-call" : "dev-team";
  return tenant_id === "stg" ? "stg-team" : "platform";
}

/** From an alert that has been active for its `for` to the call of the receiver. */
const TOLD_SECONDS = 60;
/** Rates and memories of five minutes have to run out. */
const RESOLVED_SECONDS = 12 * 60;

/**
 * Each is told, to its receiver, within a minute after its `for`. Gives those that are. `seconds`:
 * from now on.
 */
export async function checkTold(
  lab: ScenarioContext,
  watch: RulerWatch,
  all: readonly Incident[],
  seconds: number,
): Promise<Incident[]> {
  const start = Date.now();
  const waiting = new Set(all);
  while (waiting.size > 0 && Date.now() - start < seconds * 1000) {
    await watch.look();
    const calls = await received();
    for (const each of waiting) {
      const call = calls.find(is(each, "firing"));
      if (!call) continue;
      waiting.delete(each);
      checkCall(lab, each, call, watch.activeSince(labelsOf(each)));
    }
    await pause(5000, undefined, { signal: lab.signal });
  }
  for (const each of waiting) {
    const active = watch.activeSince(labelsOf(each));
    const detail = active === undefined ? "never active" : "active, and not told";
    lab.check(`${each.what}: ${each.alert} is told`, false, detail);
  }
  return all.filter((each) => !waiting.has(each));
}

function checkCall(
  lab: ScenarioContext,
  { what, alert, forSeconds, receiver }: Incident,
  call: Received,
  active: number | undefined,
): void {
  const after = active === undefined ? NaN : (call.at - active) / 1000 - forSeconds;
  lab.check(
    `${what}: ${alert} is told to ${receiver}`,
    call.receiver === receiver && after < TOLD_SECONDS,
    `${call.receiver}, ${Math.round(after)} s after its \`for\` of ${forSeconds} s`,
  );
}

/** Once all is repaired. `told`: those that `checkTold` gave. */
export async function checkEnds(lab: ScenarioContext, told: readonly Incident[]): Promise<void> {
  const repaired = Date.now();
  const ending = told.filter(({ stays }) => !stays);
  const open = async () => {
    const calls = await received();
    return ending.filter((each) => !calls.some(is(each, "resolved")));
  };
  let left = await open();
  while (left.length > 0 && Date.now() - repaired < RESOLVED_SECONDS * 1000) {
    await pause(5000, undefined, { signal: lab.signal });
    left = await open();
  }
  lab.check(
    "the end of each is told, to the same receiver",
    left.length === 0,
    left.map(({ alert }) => alert).join(", ") ||
      `${ending.length} after ${Math.round((Date.now() - repaired) / 1000)} s`,
  );
}

/** Whatever else fires in the lab meanwhile. */
export async function checkReceivers(lab: ScenarioContext): Promise<void> {
  const calls = await received();
  const wrong = calls.filter(({ receiver, labels }) => receiver !== receiverOf(labels));
  lab.check(
    "no receiver was told of what another one is for",
    wrong.length === 0,
    wrong.map(({ receiver, labels }) => `${receiver}: ${labels["alertname"]}`).join(", ") ||
      `${calls.length} alerts in calls to ${new Set(calls.map(({ receiver }) => receiver)).size}`,
  );
}

function labelsOf({ alert, about, edge }: Incident): Record<string, string> {
  return { alertname: alert, ...about, ...(edge !== undefined && { cluster: edge }) };
}

function is(incident: Incident, status: Received["status"]): (call: Received) => boolean {
  const ends = status === "resolved";
  return (call) =>
    call.status === status &&
    has(call.labels, labelsOf(incident)) &&
    (!ends || call.receiver === incident.receiver);
}
