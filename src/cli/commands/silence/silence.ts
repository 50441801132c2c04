import {
  DURATION,
  DURATION_EXPECTED,
  fromSeconds,
  type HubModel,
  matcher,
  type Matcher,
  matches,
  parseMatchers,
  toSeconds,
  WATCHDOG,
} from "@heliograph/heliograph/model";
import { INVENTORY_LABELS, unknown } from "../../alerts/labels";
import type { Alertmanager, FiringAlert, Silence } from "../../cluster/alertmanager";
import { Failure } from "../../ui/failure";
import { plural } from "../../ui/text";

export type InventoryWord = keyof typeof INVENTORY_LABELS;

/** Below it nobody has read what the command says before the silence is over. */
const SHORTEST = 60;
/** A week of maintenance. What is longer is no maintenance: it belongs in the routes. */
const LONGEST = 7 * 86_400;
export const DURATIONS = `${fromSeconds(SHORTEST)} to ${fromSeconds(LONGEST)}`;

/** The alerts of an edge, a tenant or an environment of the inventory. */
export function inventoryMatchers(word: InventoryWord, name: string, hub: HubModel): Matcher[] {
  const known = {
    tenant: hub.tenants.map(({ id }) => id),
    edge: hub.edges.map((edge) => edge.name),
    environment: [...new Set(hub.edges.map(({ environment }) => environment))],
  }[word];
  const [issue] = unknown(word, name, known);
  if (issue !== undefined) throw new Failure(issue);
  return [matcher(INVENTORY_LABELS[word], "=", name)];
}

/** Conditions as a person writes them. Throws where they cannot be read, or mute too much. */
export function writtenMatchers(text: string): Matcher[] {
  const matchers = read(text);
  if (matchers.every(({ takes }) => takes("")))
    throw new Failure(
      `${text || "No condition"} would mute alerts that have no such label: every alert may be muted.`,
      'Name what it is about, e.g. \'alertname="NodeDown", cluster="dev"\'.',
    );
  if (matches(matchers, { alertname: WATCHDOG, severity: "none" }))
    throw new Failure(
      `${text} would mute ${WATCHDOG} too, which shows that alerts work.`,
      `Leave it out: '${text}, alertname!="${WATCHDOG}"'`,
    );
  return matchers;
}

function read(text: string): Matcher[] {
  try {
    return parseMatchers(text);
  } catch (error) {
    throw new Failure(`These conditions cannot be read: ${(error as Error).message}`);
  }
}

/** Seconds. */
export function silenceSeconds(duration: string): number {
  if (!DURATION.test(duration))
    throw new Failure(`How long is ${duration}? Expected ${DURATION_EXPECTED}.`);
  const seconds = toSeconds(duration);
  if (seconds < SHORTEST || seconds > LONGEST)
    throw new Failure(
      `A silence lasts ${DURATIONS}, not ${duration}.`,
      "What is not to be sent for longer belongs in the routes: give it the receiver nobody, or " +
        "a time interval.",
    );
  return seconds;
}

/** A silence that was made, and the alerts that fire now and that it mutes. */
export interface Made {
  readonly silence: Silence;
  readonly muted: readonly FiringAlert[];
  readonly notes: readonly string[];
}

export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly seconds: number;
  readonly author: string;
  readonly reason: string;
}

export async function makeSilence(
  alertmanager: Alertmanager,
  { matchers, seconds, author, reason }: Wanted,
  now = new Date(),
): Promise<Made> {
  if (reason.trim() === "") throw new Failure('A silence says why: give a reason, e.g. "upgrade".');
  const muted = await alertmanager.alerts(matchers);
  const id = await alertmanager.silence({
    matchers,
    startsAt: now,
    endsAt: new Date(now.getTime() + seconds * 1000),
    createdBy: author,
    comment: reason,
  });
  const silences = await alertmanager.silences();
  const silence = silences.find((each) => each.id === id);
  if (!silence) throw new Error(`Alertmanager has made the silence ${id}, and does not list it`);
  const critical = muted.filter(({ labels }) => labels["severity"] === "critical").length;
  const notes =
    critical > 0 ? [`${plural(critical, "critical alert")} that fires now will not be sent.`] : [];
  return { silence, muted, notes };
}

/** Silences that mute or will, the first to end first. */
export async function currentSilences(alertmanager: Alertmanager): Promise<Silence[]> {
  const silences = await alertmanager.silences();
  return silences
    .filter(({ status }) => status.state !== "expired")
    .sort((a, b) => a.endsAt.localeCompare(b.endsAt));
}

/** @param start How the id starts: as much as is needed to tell it from others. */
export async function endSilence(alertmanager: Alertmanager, start: string): Promise<Silence> {
  const silences = await currentSilences(alertmanager);
  const meant = silences.filter(({ id }) => id.startsWith(start));
  const [silence] = meant;
  if (meant.length !== 1 || !silence) {
    const issue =
      meant.length === 0
        ? `No silence that has not ended starts with ${start}.`
        : `Several silences start with ${start}: ${meant.map(({ id }) => id).join(", ")}.`;
    throw new Failure(issue, "npm run silence -- list");
  }
  await alertmanager.endSilence(silence.id);
  return silence;
}
