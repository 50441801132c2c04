import { html, type Html } from "../../../src/cli/commands/verify/page/html";
import type { Answers } from "../../scenarios/dashboards/answers.js";
import type { GrafanaPanel } from "../grafana.js";
import { legendOf } from "../series.js";
import { shown } from "./values.js";

/** What is drawn of a long table. */
const ROWS = 200;

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  /** By column. */
  readonly values: Readonly<Record<string, number>>;
}

/** A link of a column or of a panel, as Grafana is given it. */
export interface DataLink {
  readonly title: string;
  readonly url?: string;
}

/** A row for each set of labels, and a column for each of them and for each query. */
export function table(
  { targets = [], fieldConfig }: GrafanaPanel,
  answers: readonly Answers[],
  linkTo: (link: DataLink) => Html,
): Html {
  // Grafana's own name for values.
  const legends = targets.map((target) => legendOf(target) || "Value");
  const rows = merged(answers, legends);
  const labels = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))];
  const { defaults = {}, overrides = [] } = fieldConfig ?? {};
  const settings = (column: string) => {
    const found = overrides.filter(({ matcher }) => matcher.options === column);
    return Object.fromEntries(
      found.flatMap(({ properties }) => properties.map(({ id, value }) => [id, value] as const)),
    );
  };
  const heads = [...labels, ...legends].map((column) => {
    const links = (settings(column)["links"] ?? []) as readonly DataLink[];
    const ways = links.length > 0 ? html`<small>${links.map(linkTo)}</small>` : undefined;
    return html`<th scope="col" class="${legends.includes(column) ? "number" : "label"}">
      ${column}${ways}
    </th>`;
  });
  const body = rows.slice(0, ROWS).map(
    (row) =>
      html`<tr>
        ${labels.map((label) => html`<td>${row.labels[label]}</td>`)}
        ${legends.map((legend) => {
          const value = row.values[legend];
          const own = settings(legend);
          const { text, color = "text" } =
            value === undefined
              ? { text: "" }
              : shown(value, { ...defaults, thresholds: undefined, ...own });
          return html`<td class="number ink-${color}">${text}</td>`;
        })}
      </tr>`,
  );
  return html`<div class="scrolls">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
    ${rows.length > ROWS ? html`<p class="faint">${rows.length - ROWS} more rows</p>` : undefined}
  </div>`;
}

/** Rows of different queries are one, where all labels that both have are the same. */
export function merged(answers: readonly Answers[], legends: readonly string[]): Row[] {
  const rows: Row[] = [];
  for (const [index, { series }] of answers.entries()) {
    const legend = legends[index] ?? "";
    for (const { labels, points } of series) {
      const value = Number(points.at(-1)?.[1]);
      const at = rows.findIndex(
        (row) => row.values[legend] === undefined && agree(row.labels, labels),
      );
      const row = rows[at] ?? { labels: {}, values: {} };
      rows[at < 0 ? rows.length : at] = {
        labels: { ...row.labels, ...labels },
        values: { ...row.values, [legend]: value },
      };
    }
  }
  return rows;
}

function agree(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(one).every(([label, value]) => (other[label] ?? value) === value);
}
