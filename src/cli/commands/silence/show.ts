import { matcherText } from "@heliograph/heliograph/model";
import { type FiringAlert, type Silence, silenceText } from "../../cluster/alertmanager";
import { mark, style } from "../../ui/style";
import { table } from "../../ui/table";
import { duration, indent, plural } from "../../ui/text";
import type { Made } from "./silence";

/** Enough to tell silences apart, and to end one. */
const ID_LENGTH = 8;
const SHOWN_ALERTS = 10;

export function showMade({ silence, muted, notes }: Made): string {
  const shown = muted.slice(0, SHOWN_ALERTS).map(alertText);
  const more = muted.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`and ${more} more`] : [])];
  return [
    `${mark.good} Muted: ${style.strong(silenceText(silence))}`,
    indent(`until ${untilText(silence)}\nby ${silence.createdBy}: ${silence.comment}`, "  "),
    muted.length > 0
      ? `\n${plural(muted.length, "alert")} of these fire now:\n${indent(lines.join("\n"), "  ")}`
      : "\nNo alert of these fires now.",
    ...notes.map((note) => `\n${mark.warning} ${note}`),
    `\nTo end it sooner: npm run silence -- end ${shortId(silence)}`,
  ].join("\n");
}

export function showSilences(
  silences: readonly Silence[],
  firing: readonly FiringAlert[],
  now: Date,
): string {
  if (silences.length === 0) return "No silences.";
  const mutedBy = (id: string) =>
    firing.filter(({ status }) => status.silencedBy.includes(id)).length;
  const rows = silences.map((silence) => [
    shortId(silence),
    silenceText(silence),
    untilText(silence, now),
    String(mutedBy(silence.id)),
    silence.createdBy,
    silence.comment,
  ]);
  const firingTitle = { title: "mutes now", align: "right" } as const;
  return table(["id", "alerts with", "until", firingTitle, "by", "why"], rows);
}

export function showEnded(silence: Silence): string {
  return `${mark.good} No longer muted: ${silenceText(silence)}`;
}

function shortId({ id }: Silence): string {
  return id.slice(0, ID_LENGTH);
}

function untilText({ endsAt }: Silence, now = new Date()): string {
  const end = new Date(endsAt);
  const left = duration(end.getTime() - now.getTime());
  return `${end.toISOString().slice(0, 16)}Z ${style.faint(`(${left} left)`)}`;
}

/** Its name first. */
function alertText({ labels: { alertname = "", severity = "", ...labels } }: FiringAlert): string {
  const rest = Object.entries(labels).map(([name, value]) =>
    matcherText({ name, operator: "=", value }),
  );
  return `${[alertname, severity].join(" ").trim()}  ${style.faint(rest.join(", "))}`.trimEnd();
}
