import { html, type Html } from "../../src/cli/commands/verify/page/html";
import type { TimeRange } from "../scenarios/dashboards/answers.js";
import type { AskedPanel } from "./ask.js";
import type { GrafanaPanel, Place } from "./grafana.js";
import { heatmap } from "./panels/heatmap.js";
import { logs } from "./panels/logs.js";
import { nodes } from "./panels/nodes.js";
import { states } from "./panels/states.js";
import { type DataLink, table } from "./panels/table.js";
import { timeseries } from "./panels/timeseries.js";
import { bars, stat } from "./panels/values.js";
import { namedSeries } from "./series.js";

/** Where a link of Grafana leads here: the page of that dashboard, or nowhere. */
export type PageOf = (url: string) => string | undefined;

/** A panel in its place of the grid. */
export function panelHtml(
  asked: AskedPanel,
  { x, y, w, h }: Place,
  over: TimeRange,
  pageOf: PageOf,
): Html {
  const { panel, state, why } = asked;
  const linkTo = (link: DataLink) => anchor(link, pageOf);
  const links = (panel.fieldConfig?.defaults.links ?? []) as readonly DataLink[];
  return html`<section
    class="panel kind-${panel.type}${w <= 6 ? " small" : ""}"
    data-id="${panel.id}"
    data-kind="${panel.type}"
    data-state="${state}"
    style="grid-column: ${x + 1} / span ${w}; grid-row: ${y + 1} / span ${h}; --rows: ${h}"
  >
    <header title="${panel.description}">
      <h3>${panel.title}</h3>
      ${links.map(linkTo)}
    </header>
    ${state === "filled" ? drawn(asked, over, linkTo) : absent(state, why)}
  </section>`;
}

function drawn(
  { panel, answers }: AskedPanel,
  over: TimeRange,
  linkTo: (link: DataLink) => Html,
): Html {
  const series = namedSeries(panel, answers);
  switch (panel.type) {
    case "timeseries":
      return timeseries(panel, series, over);
    case "stat":
      return stat(panel, series);
    case "bargauge":
      return bars(panel, series);
    case "state-timeline":
      return states(panel, series, over);
    case "heatmap":
      return heatmap(panel, series, over);
    case "table":
      return table(panel, answers, linkTo);
    case "logs":
      return logs(answers);
    case "nodeGraph":
      return nodes(series);
    default:
      throw new Error(`${describe(panel)}: nothing draws panels of the kind ${panel.type}.`);
  }
}

const describe = ({ title, id }: GrafanaPanel) => `Panel ${title ?? id ?? ""}`;

function absent(state: "empty" | "failed", why: string | undefined): Html {
  return html`<div class="absent ${state}">
    <p>${state === "failed" ? "No answer" : "No data"}</p>
    ${why === undefined ? undefined : html`<p class="faint">${why}</p>`}
  </div>`;
}

function anchor({ title, url = "" }: DataLink, pageOf: PageOf): Html {
  const page = pageOf(url);
  return page === undefined ? html`` : html`<a href="${page}">${title}</a>`;
}
