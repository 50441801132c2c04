import type { Labels } from "@heliograph/heliograph/model";
import type { FiringAlert } from "../../../src/cli/cluster/alertmanager";
import type { Answer } from "../../../src/cli/commands/who/who";
import { DRILL } from "./label-sets.js";
import type { Received } from "./sink-server.js";

/** How an answer of `who` and what Alertmanager does compare, over many alerts. */
export interface Agreement {
  /** Alerts of which both say the same. */
  readonly agreed: number;
  /** Of these, those that somebody was told of, and those that another alert mutes. */
  readonly told: number;
  readonly inhibited: number;
  /** One line for each alert of which they do not. */
  readonly differences: readonly string[];
}

type Told = Pick<Received, "receiver" | "status" | "labels">;

/**
 * Compares answers with the alerts that a running Alertmanager shows, and with what receivers were
 * told.
 */
export function agreementOf(
  answers: readonly Answer[],
  shown: readonly FiringAlert[],
  received: readonly Told[],
): Agreement {
  const found = answers.map((answer) => differencesOf(answer, shown, received));
  return {
    agreed: found.filter((differences) => differences.length === 0).length,
    told: answers.filter((answer) => toldBy(answer) !== "").length,
    inhibited: answers.filter(isInhibited).length,
    differences: found.flat(),
  };
}

function differencesOf(
  answer: Answer,
  shown: readonly FiringAlert[],
  received: readonly Told[],
): string[] {
  const drill = answer.labels[DRILL];
  const alert = shown.find(({ labels }) => labels[DRILL] === drill);
  if (!alert) return [`${textOf(answer.labels)}: Alertmanager does not show it`];
  const told = received.filter(
    ({ labels, status }) => labels[DRILL] === drill && status === "firing",
  );
  const by = shown.filter(({ fingerprint }) => alert.status.inhibitedBy.includes(fingerprint));
  const pairs = [
    ["receivers", receiversOf(answer), names(alert.receivers.map(({ name }) => name))],
    ["told", toldBy(answer), sorted(told.map(({ receiver }) => receiver))],
    ["inhibited", String(isInhibited(answer)), String(alert.status.inhibitedBy.length > 0)],
    // Of several it names the first that it finds.
    ["inhibited by one of those", "true", String(by.every(({ labels }) => blames(answer, labels)))],
  ] as const;
  return pairs
    .filter(([, said, does]) => said !== does)
    .map(
      ([what, said, does]) =>
        `${textOf(answer.labels)}: ${what}: who says ${said || "none"}, it is ${does || "none"}`,
    );
}

/** Receivers that are told of an alert, and how often: once for each. */
export function toldBy(answer: Answer): string {
  if (isInhibited(answer)) return "";
  const told = answer.notifications.filter(({ ways, muted }) => ways.length > 0 && !muted);
  return sorted(told.map(({ receiver }) => receiver));
}

function receiversOf({ notifications }: Answer): string {
  return names(notifications.map(({ receiver }) => receiver));
}

function isInhibited({ inhibitions }: Answer): boolean {
  return inhibitions.some(({ by }) => by.length > 0);
}

function blames({ inhibitions }: Answer, labels: Labels): boolean {
  return inhibitions.some(({ by }) => by.some((alert) => textOf(alert) === textOf(labels)));
}

function names(all: readonly string[]): string {
  return sorted([...new Set(all)]);
}

function sorted(all: readonly string[]): string {
  return [...all].sort().join(", ");
}

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([name, value]) => `${name}=${value}`).join(" ");
}
