import { html, type Html } from "../../../src/cli/commands/verify/page/html";
import type { Answers } from "../../scenarios/dashboards/answers.js";

const LINES = 100;

/** Lines, the newest one first, with a mark for their level. */
export function logs(answers: readonly Answers[]): Html {
  const lines = answers
    .flatMap(({ series }) =>
      series.flatMap(({ labels, points }) => points.map(([at, text]) => ({ at, text, labels }))),
    )
    .sort((a, b) => b.at - a.at);
  const rows = lines.slice(0, LINES).map(({ at, text, labels }) => {
    const level = labels.level ?? labels.detected_level ?? "unknown";
    const source = [labels.cluster, labels.namespace, labels.pod].filter(Boolean).join(" ");
    return html`<li class="level-${LEVELS[level] ?? "text"}" title="${level}, ${source}">
      <time>${new Date(at * 1000).toISOString().slice(11, 23)}</time> <code>${text}</code>
    </li>`;
  });
  return html`<ol class="lines scrolls">
    ${rows}
  </ol>`;
}

const LEVELS: Readonly<Record<string, string>> = {
  fatal: "red",
  critical: "red",
  error: "red",
  warn: "orange",
  warning: "orange",
  info: "green",
  debug: "blue",
  trace: "blue",
};
