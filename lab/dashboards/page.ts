import { uidOf } from "@heliograph/heliograph/model";
import { html, Html } from "../../src/cli/commands/verify/page/html";
import { plural } from "../../src/cli/ui/text";
import type { AskedDashboard, AskedPanel } from "./ask.js";
import { compacted, type Place, rowsOf } from "./grafana.js";
import { panelHtml, type PageOf } from "./panel.js";
import { STYLE } from "./style.js";
import type { Resolved } from "./variables.js";

/** Of the page of a dashboard. */
export function fileOf(name: string): string {
  return `${name}.html`;
}

/** A dashboard as a page that needs nothing else, and runs nothing. */
export function dashboardPage(asked: AskedDashboard, all: readonly AskedDashboard[]): string {
  const { dashboard, json, panels, variables, over } = asked;
  const pageOf = pagesOf(all);
  const listed = [...rowsOf(json), ...panels];
  const parts = compacted(listed, (each) => placeOf("panel" in each ? each.panel : each)).map(
    ({ of, ...place }) =>
      "panel" in of ? panelHtml(of, place, over, pageOf) : rowHtml(of.title, place),
  );
  const links = (json.links ?? []).flatMap(({ title, url, tooltip }) => {
    const page = pageOf(url ?? "");
    return page === undefined ? [] : [html`<a href="${page}" title="${tooltip}">${title}</a>`];
  });
  const [from, to] = [over.from, over.to].map((at) => new Date(at * 1000).toISOString());
  return page(
    dashboard.title,
    html`<header class="top">
        <p class="crumbs"><a href="index.html">Dashboards</a> / ${dashboard.folder}</p>
        <h1>${dashboard.title}</h1>
        <p class="faint">${dashboard.description}. ${countsOf(panels)}.</p>
        <p class="faint">From ${readable(from!)} to ${readable(to!)} UTC.</p>
        <dl class="variables">${variables.map(variableHtml)}</dl>
        <nav>${links}</nav>
      </header>
      <main class="grid">${parts}</main>`,
  );
}

const NOWHERE: Place = { x: 0, y: 0, w: 24, h: 8 };
const placeOf = ({ gridPos = NOWHERE }: { readonly gridPos?: Place }) => gridPos;

function rowHtml(title: string | undefined, { y }: Place): Html {
  return html`<h2 class="row" style="grid-row: ${y + 1}">${title}</h2>`;
}

/** All dashboards by their folders, with what they have. */
export function indexPage(all: readonly AskedDashboard[]): string {
  const folders = [...new Set(all.map(({ dashboard }) => dashboard.folder))];
  const sections = folders.map((folder) => {
    const items = all
      .filter(({ dashboard }) => dashboard.folder === folder)
      .map(({ dashboard, panels }) => {
        const { name, title, description } = dashboard;
        return html`<li>
          <a href="${fileOf(name)}">${title}</a>
          <p>${description}</p>
          <p class="faint">${countsOf(panels)}</p>
        </li>`;
      });
    return html`<h2>${folder}</h2>
      <ul class="cards">
        ${items}
      </ul>`;
  });
  const panels = all.flatMap((each) => each.panels);
  return page(
    "Dashboards",
    html`<header class="top">
        <h1>Dashboards</h1>
        <p class="faint">${plural(all.length, "dashboard")}: ${countsOf(panels)}.</p>
      </header>
      <main>${sections}</main>`,
  );
}

/** `12 panels, 10 with data, 2 without` */
export function countsOf(panels: readonly AskedPanel[]): string {
  const of = (state: AskedPanel["state"]) => panels.filter((each) => each.state === state).length;
  const [filled, empty, failed] = [of("filled"), of("empty"), of("failed")];
  return [
    plural(panels.length, "panel"),
    `${filled} with data`,
    ...(empty > 0 ? [`${empty} without`] : []),
    ...(failed > 0 ? [`${failed} without an answer`] : []),
  ].join(", ");
}

function pagesOf(all: readonly AskedDashboard[]): PageOf {
  const files = new Map(
    all.map(({ dashboard: { name } }): [string, string] => [`/d/${uidOf(name)}`, fileOf(name)]),
  );
  return (url) => files.get(url.replace(/\?.*$/, ""));
}

function variableHtml({ title, chosen, offered }: Resolved): Html {
  const values = offered.length > 0 ? offered.join(", ") : undefined;
  return html`<div>
    <dt>${title}</dt>
    <dd title="${values}">${chosen ?? "All"}${chosen === undefined ? among(values) : undefined}</dd>
  </div>`;
}

function among(values: string | undefined): Html | undefined {
  return values === undefined ? undefined : html` <span class="faint">${values}</span>`;
}

const readable = (at: string) => at.slice(0, 16).replace("T", " ");

/** Nothing is loaded, sent or run. Styles of elements say where they are, and how long a bar is. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${body}
        <footer class="faint">
          Drawn by <code>npm run lab -- dashboards</code> from what the lab answered. Grafana draws
          the same panels its own way.
        </footer>
      </body>
    </html> `.text;
}
