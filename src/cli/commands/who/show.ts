import { type Labels, matcherText, type Muted } from "@heliograph/heliograph/model";
import { mark, style } from "../../ui/style";
import { table } from "../../ui/table";
import { indent, plural } from "../../ui/text";
import type { Answer, Line, Met, Told } from "./who";

/** An answer as text: a block for each receiver, and what can mute the alert. */
export function showAnswer({ labels, at, notifications, inhibitions, notes }: Answer): string {
  return [
    `${style.strong(labelsText(labels))}  ${style.faint(`at ${at}`)}`,
    ...notifications.map(receiverBlock),
    ...(inhibitions.length > 0 ? [inhibitionBlock(inhibitions)] : []),
    ...notes.map((note) => `${mark.warning} ${note}`),
  ].join("\n\n");
}

function receiverBlock(told: Told): string {
  const { receiver, ways, path, group, groupWait, groupInterval, repeatInterval, muted } = told;
  const rows = [
    ["route", path.length > 0 ? path.join(" ") : "none takes it: the receiver of the root"],
    ["group", Object.keys(group).length > 0 ? labelsText(group) : "all alerts of the route"],
    [
      "waits",
      `${groupWait} for others, ${groupInterval} for changes, ${repeatInterval} to repeat it`,
    ],
    ...(muted ? [["muted", style.warning(mutedText(muted))]] : []),
  ];
  const title = `${muted ? mark.warning : ways.length > 0 ? mark.good : mark.warning} ${receiver}`;
  return `${title}  ${style.faint(ways.join(", ") || "tells nobody")}\n${pairs(rows)}`;
}

function inhibitionBlock(inhibitions: readonly Met[]): string {
  const firing = inhibitions.flatMap(({ by }) => by);
  const title =
    firing.length > 0
      ? `${mark.bad} Not sent: it is inhibited by ${firing.map(labelsText).join(", and by ")}`
      : "Not sent while one of these fires:";
  const rows = inhibitions.map(({ source, without, name }) => [
    without.length > 0 ? `${source}, without ${without.join(", ")}` : source,
    name === undefined ? "" : style.faint(name),
  ]);
  return `${title}\n${pairs(rows)}`;
}

/** Rows of a key and a value, below each other. */
function pairs(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([key = ""]) => key.length));
  return indent(
    rows.map(([key = "", value = ""]) => `${key.padEnd(width)}  ${value}`.trimEnd()).join("\n"),
    "  ",
  );
}

/** The table of all alerts. */
export function showLines(lines: readonly Line[], at: Date): string {
  const rows = lines.map((line) => [
    line.tenant,
    line.alert,
    severityText(line.severity),
    edgesText(line),
    line.receivers.map(receiverText).join(", "),
  ]);
  const tenants = new Set(lines.map(({ tenant }) => tenant)).size;
  const unheard = lines.filter(({ receivers }) => receivers.every(({ ways }) => ways.length === 0));
  return [
    table(["tenant", "alert", "severity", "edges", "receivers"], rows),
    "",
    `${plural(lines.length, "line")} for ${plural(tenants, "tenant")}, at ${at.toISOString()}; ` +
      `${unheard.length} of them tell nobody.`,
  ].join("\n");
}

function severityText(severity: string): string {
  if (severity === "critical") return style.bad(severity);
  return severity === "warning" ? style.warning(severity) : style.faint(severity);
}

function edgesText({ edges, allEdges }: Line): string {
  const SHOWN = 3;
  if (allEdges) return style.faint(edges.length === 1 ? (edges[0] ?? "") : `all ${edges.length}`);
  const more = edges.length > SHOWN ? ` and ${edges.length - SHOWN} more` : "";
  return `${edges.slice(0, SHOWN).join(", ")}${more}`;
}

function receiverText({ receiver, ways, muted }: Line["receivers"][number]): string {
  if (muted) return style.warning(`${receiver} (${mutedText(muted)})`);
  return ways.length > 0 ? receiver : style.faint(receiver);
}

/** Why a receiver is not told at that moment. */
function mutedText({ outside, inside }: Muted): string {
  const of = (names: readonly string[]) => [...new Set(names)].join(", ");
  return [
    ...(inside.length > 0 ? [`not told in ${of(inside)}`] : []),
    ...(outside.length > 0 ? [`told in ${of(outside)} alone`] : []),
  ].join("; ");
}

/** `alertname="NodeDown", severity="critical"` */
function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => matcherText({ name, operator: "=", value }))
    .join(", ");
}
