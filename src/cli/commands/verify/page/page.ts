import { createHash } from "node:crypto";
import { duration, plural } from "../../../ui/text";
import type { CheckResult, EdgeReport, HubReport, Report } from "../report";
import {
  alertsOf,
  type Cell,
  edgeCells,
  hubCells,
  number,
  type TenantFigures,
  tenantsOf,
} from "./figures";
import { Html, html } from "./html";
import { SCRIPT } from "./script";
import { type Issue, issuesOf, SHOWN, type State, stateOf, stateOfChecks, STATES } from "./state";
import { STYLE } from "./style";

/**
 * The fleet on one page, for people: one file that needs nothing else and asks nobody, so that it
 * can be mailed, printed, or kept with a run of CI. It is made of the report alone.
 */
export function fleetPage(report: Report): string {
  const { hubs, edges, asked } = report;
  const shown = edges.map((edge) => ({ edge, state: stateOf(edge) })).sort(worstFirst);
  const tenants = tenantsOf(hubs, edges);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>Fleet: ${verdict(report)}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>Fleet</h1>
          <p class="verdict ${report.ok ? "good" : "bad"}">
            ${report.ok ? "✔" : "✖"} ${verdict(report)}
          </p>
          <p>${countsOf(shown)}</p>
          <p class="faint">
            Asked <time datetime="${asked.at}">${readable(asked.at)}</time>, answered within
            ${duration(asked.milliseconds)}, by version ${asked.program} of the program.
            ${asked.edges.length > 0 ? `Only these were asked for: ${asked.edges.join(", ")}.` : undefined}
          </p>
        </header>
        <main>
          ${hubs.length > 0 ? hubSection(hubs) : undefined}
          ${hubs.length > 0 ? alertSection(hubs) : undefined} ${edgeSection(shown)}
          ${tenants.length > 0 ? tenantSection(tenants) : undefined} ${notAskedSection(report)}
          ${legend(report)}
        </main>
        <footer class="faint">
          Written by <code>npm run verify</code>. Nothing on this page changes by itself: it shows
          what was so when it was asked.
        </footer>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `.text;
}

/** To the letter: the policy names their hashes. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = new Html(`<script>${SCRIPT}</script>`);

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Nothing is loaded, sent or run but the style and the script that are in the page. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hash(STYLE)}`,
  `script-src ${hash(SCRIPT)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

interface ShownEdge {
  readonly edge: EdgeReport;
  readonly state: State;
}

function worstFirst(a: ShownEdge, b: ShownEdge): number {
  const byState = STATES.indexOf(a.state) - STATES.indexOf(b.state);
  return byState || a.edge.edge.localeCompare(b.edge.edge, "en", { numeric: true });
}

function verdict({ hubs, edges }: Report): string {
  const bad = (all: readonly { readonly ok: boolean }[]) => all.filter(({ ok }) => !ok).length;
  const parts = [
    ...(hubs.length > 0 ? [[bad(hubs), plural(hubs.length, "hub")] as const] : []),
    [bad(edges), plural(edges.length, "edge")] as const,
  ];
  const broken = parts.filter(([count]) => count > 0);
  if (broken.length === 0) return `all is well: ${parts.map(([, all]) => all).join(", ")}`;
  return `${broken.map(([count, all]) => `${count} of ${all}`).join(" and ")} not well`;
}

/** `1 failing, 4 well` */
function countsOf(shown: readonly ShownEdge[]): string {
  const counts = statesIn(shown).map(
    ({ state, count }) => `${number(count)} ${SHOWN[state].words}`,
  );
  return counts.length > 0 ? `Edges: ${counts.join("; ")}.` : "There is no edge.";
}

function statesIn(shown: readonly ShownEdge[]): { state: State; count: number }[] {
  return STATES.flatMap((state) => {
    const count = shown.filter((each) => each.state === state).length;
    return count > 0 ? [{ state, count }] : [];
  });
}

/** `30 November 2026, 07:36 UTC`: whoever gets the file may be anywhere. */
function readable(at: string): string {
  const day = { dateStyle: "long", timeZone: "UTC" } as const;
  const date = new Date(at);
  return `${date.toLocaleDateString("en-GB", day)}, ${date.toISOString().slice(11, 16)} UTC`;
}

function badge(state: State): Html {
  const { mark, words, tone } = SHOWN[state];
  return html`<span class="badge ${tone}"><span aria-hidden="true">${mark}</span> ${words}</span>`;
}

function hubSection(hubs: readonly HubReport[]): Html {
  const rows = hubs.map((hub) => {
    const state = stateOfChecks(hub);
    return html`<tbody data-state="${state}" data-tone="${SHOWN[state].tone}" role="rowgroup">
      <tr role="row">
        <th scope="row" role="rowheader">
          <bdi class="name">${hub.hub}</bdi> <small>${badge(state)}</small>
        </th>
        ${hubCells(hub).map(cell)}
      </tr>
      ${foundRow(hub.checks, hubCells(hub).length + 1)}
    </tbody>`;
  });
  return html`<section id="hubs" aria-labelledby="hubs-title">
    <h2 id="hubs-title">${hubs.length === 1 ? "Hub" : "Hubs"}</h2>
    ${tableOf("Hubs", ["hub", ...titles(hubs.map(hubCells))], rows)}
  </section>`;
}

function edgeSection(shown: readonly ShownEdge[]): Html {
  const rows = shown.map(({ edge, state }) => edgeRow(edge, state));
  const buttons = statesIn(shown).map(
    ({ state, count }) =>
      html`<button type="button" value="${state}" aria-pressed="false">
        <span class="${SHOWN[state].tone}" aria-hidden="true">${SHOWN[state].mark}</span>
        ${SHOWN[state].words} ${number(count)}
      </button> `,
  );
  return html`<section id="edges" aria-labelledby="edges-title">
    <h2 id="edges-title">Edges</h2>
    <form id="filter" role="search" aria-label="Edges" hidden>
      <label for="search" class="out-of-sight">Search edges</label>
      <input
        id="search"
        type="search"
        autocomplete="off"
        placeholder="Name, tenant, region, check"
      />
      <button type="button" value="" aria-pressed="true">all ${number(shown.length)}</button>
      ${buttons}<span id="count" class="faint" role="status"></span>
    </form>
    ${
      shown.length === 0
        ? html`<p>There is no edge.</p>`
        : tableOf("Edges", ["edge", ...titles(shown.map(({ edge }) => edgeCells(edge)))], rows)
    }
  </section>`;
}

function edgeRow(edge: EdgeReport, state: State): Html {
  const { edge: name, inventory, checks } = edge;
  const { tone, words } = SHOWN[state];
  const cells = edgeCells(edge);
  const place = inventory && [inventory.environment, inventory.region, inventory.clusterType];
  const wrong = checks.filter(({ status }) => status !== "passed").map((check) => check.name);
  const versions = cells.find(({ title }) => title === "versions")?.lines ?? [];
  const text = [
    ...[name, words, ...(place ?? []), inventory?.tenant, inventory?.cell, inventory?.hub],
    ...[...wrong, ...versions],
  ];
  return html`<tbody
    data-state="${state}"
    data-tone="${tone}"
    role="rowgroup"
    data-text="${text.filter(Boolean).join(" ").toLowerCase()}"
  >
    <tr role="row">
      <th scope="row" role="rowheader">
        <bdi class="name">${name}</bdi> <small>${badge(state)}</small>${
          inventory &&
          html`<small
              >tenant <bdi>${inventory.tenant}</bdi>, cell <bdi>${inventory.cell}</bdi></small
            >
            <small><bdi>${(place ?? []).join(", ")}</bdi></small>`
        }
      </th>
      ${cells.map(cell)}
    </tr>
    ${foundRow(checks, cells.length + 1)}
  </tbody>`;
}

/** Titles of the columns: every subject has the same. */
function titles(rows: readonly (readonly Cell[])[]): string[] {
  return (rows[0] ?? []).map(({ title }) => title);
}

/** Roles are named, because tables that are shown as cards are none to some readers. */
function tableOf(label: string, columns: readonly string[], bodies: readonly Html[]): Html {
  const heads = columns.map((title) => html`<th scope="col" role="columnheader">${title}</th>`);
  return html`<table class="card" role="table" aria-label="${label}">
    <thead role="rowgroup">
      <tr role="row">
        ${heads}
      </tr>
    </thead>
    ${bodies}
  </table>`;
}

const MARKS: Readonly<Record<CheckResult["status"], readonly [mark: string, tone: string]>> = {
  passed: ["✔", "good"],
  warning: ["!", "warning"],
  failed: ["✖", "bad"],
  "not run": ["✖", "bad"],
};

function cell({ title, status, wrong, lines, share }: Cell): Html {
  const shown = wrong === undefined ? lines : [undefined, ...lines];
  const [first, ...others] = shown;
  if (status === undefined && lines.length === 0)
    return html`<td role="cell" data-title="${title}" class="none">
      <span class="faint">–</span>
    </td>`;
  return html`<td role="cell" data-title="${title}">
    <div>
      ${status && marked(status, wrong)} ${first} ${share === undefined ? undefined : bar(share)}
      ${others.map((line) => html`<small>${line}</small>`)}
    </div>
  </td>`;
}

/** Words go with whatever is wrong: neither colour nor mark is its only sign. */
function marked(status: CheckResult["status"], wrong: string | undefined): Html {
  const [mark, tone] = MARKS[status];
  return html`<span class="${tone}"><span aria-hidden="true">${mark}</span> ${wrong}</span>`;
}

function bar(share: number): Html {
  const filled = Math.max(0, Math.min(100, share * 100)).toFixed(1);
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect width="100" height="4" />
    <rect width="${filled}" height="4" />
  </svg>`;
}

/** What was found, in words. What fails is open: nobody has to look for it. */
function foundRow(checks: readonly CheckResult[], columns: number): Html {
  const issues = issuesOf(checks.filter(({ status }) => status !== "passed"));
  const good = checks.filter(({ status }) => status === "passed");
  const bad = checks.filter(({ ok }) => !ok).length;
  const warnings = checks.length - good.length - bad;
  const all = plural(checks.length, "check");
  const parts = [
    ...(bad > 0 ? [bad === checks.length ? `${all} failed` : `${bad} of ${all} failed`] : []),
    ...(warnings > 0 ? [`${plural(warnings, "warning")}${bad > 0 ? "" : ` in ${all}`}`] : []),
  ];
  const wrong =
    issues.length > 0
      ? html`<details ${bad > 0 ? "open" : undefined}>
          <summary>${parts.join(", ")}</summary>
          <ul class="checks">
            ${issues.map(issueItem)}
          </ul>
        </details>`
      : undefined;
  const right =
    good.length > 0
      ? html`<details>
          <summary>${plural(good.length, "check")} passed</summary>
          <ul class="checks passed">
            ${good.map(({ name, detail }) => html`<li><b>${name}</b> ${detail}</li>`)}
          </ul>
        </details>`
      : undefined;
  return html`<tr role="row" class="found">
    <td role="cell" colspan="${columns}">${wrong}${right}</td>
  </tr>`;
}

function issueItem({ names, check }: Issue): Html {
  const { status, detail, next } = check;
  const [mark, tone] = MARKS[status];
  // The next step stands with the cause.
  const step =
    next !== undefined && status !== "not run"
      ? html`<div class="next">Next: <code>${words(next)}</code></div>`
      : undefined;
  return html`<li>
    <span class="mark ${tone}" aria-hidden="true">${mark}</span>
    <b>${names.join(", ")}</b> <span class="${tone}">${status}</span>
    <div>${detail}</div>
    ${step}
  </li>`;
}

/** Lines of commands break between words: an option is not torn from its dashes. */
function words(text: string): Html[] {
  return text.split(" ").map((word, at) => html`${at > 0 ? " " : undefined}<span>${word}</span>`);
}

function alertSection(hubs: readonly HubReport[]): Html {
  const unknown = hubs.filter((hub) => alertsOf(hub) === undefined).map(({ hub }) => hub);
  const alerts = hubs.flatMap((hub) =>
    (alertsOf(hub) ?? []).map((alert) => ({ ...alert, hub: hub.hub })),
  );
  const rows = alerts.map(
    ({ name, about, severity = "", cell: where, hub }) =>
      html`<tr role="row">
        <th scope="row" role="rowheader"><bdi class="name">${name}</bdi></th>
        ${severityCell(severity)}${plainCell("about", about)}
        ${plainCell("cell", `${where} of ${hub}`)}
      </tr>`,
  );
  const none = unknown.length === 0 ? html`<p>None.</p>` : undefined;
  return html`<section id="alerts" aria-labelledby="alerts-title">
    <h2 id="alerts-title">Alerts that fire</h2>
    ${
      alerts.length > 0
        ? tableOf(
            "Alerts that fire",
            ["alert", "severity", "about", "cell"],
            [
              html`<tbody class="plain" role="rowgroup">
                ${rows}
              </tbody>`,
            ],
          )
        : none
    }${
      unknown.length > 0
        ? html`<p class="warning">! Not known of ${unknown.join(", ")}: see its check “alerts”.</p>`
        : undefined
    }
  </section>`;
}

/** Severities are whatever rules call them, also `valueOf`. */
const SEVERE = new Map<string, State>([
  ["critical", "failing"],
  ["warning", "warning"],
]);

function severityCell(severity: string): Html {
  const { tone } = SHOWN[SEVERE.get(severity) ?? "revoked"];
  return html`<td role="cell" data-title="severity">
    <span><span class="badge ${tone}">${severity}</span></span>
  </td>`;
}

function plainCell(title: string, text: string): Html {
  return html`<td role="cell" data-title="${title}"><bdi>${text}</bdi></td>`;
}

function tenantSection(tenants: readonly TenantFigures[]): Html {
  const rows = tenants.map(({ tenant, hub, cells, edges, series, madeFor }) => {
    const share = madeFor > 0 ? bar(series / madeFor) : undefined;
    return html`<tr role="row">
      <th scope="row" role="rowheader"><bdi class="name">${tenant}</bdi></th>
      ${plainCell("hub", hub)}${plainCell("cells", cells.join(", ") || "–")}
      ${plainCell("edges", number(edges))}
      <td role="cell" data-title="series">
        <div>${number(series)} of ${number(madeFor)}${share}</div>
      </td>
    </tr>`;
  });
  return html`<section id="tenants" aria-labelledby="tenants-title">
    <h2 id="tenants-title">Tenants</h2>
    <p class="faint">
      Series are those of the edges that were asked, of the number that the tenant’s edges are made
      for.
    </p>
    ${tableOf(
      "Tenants",
      ["tenant", "hub", "cells", "edges", "series"],
      [
        html`<tbody class="plain" role="rowgroup">
          ${rows}
        </tbody>`,
      ],
    )}
  </section>`;
}

function notAskedSection({ hubs, edges }: Report): Html | undefined {
  const subjects = [
    ...hubs.map(({ hub, checks }) => ({ name: `hub ${hub}`, checks })),
    ...edges.map(({ edge, checks }) => ({ name: edge, checks })),
  ];
  const named = (reason: CheckResult["notReached"]) =>
    subjects
      .filter(({ checks }) => checks.some(({ notReached }) => notReached === reason))
      .map(({ name }) => name);
  const [noCredentials, noAnswer] = [named("no credentials"), named("no answer")];
  if (noCredentials.length === 0 && noAnswer.length === 0) return undefined;
  const list = (why: string, names: readonly string[]) =>
    names.length === 0 ? undefined : html`<p><b>${why}:</b> ${names.join(", ")}</p>`;
  return html`<section id="not-asked" aria-labelledby="not-asked-title">
    <h2 id="not-asked-title">What was not asked</h2>
    <p class="faint">Of these edges only that is known which their hub knows.</p>
    ${list("No credentials for their clusters here", noCredentials)}
    ${list("A cluster that is needed does not answer", noAnswer)}
  </section>`;
}

function legend({ hubs, edges }: Report): Html {
  const checks = [...hubs, ...edges].flatMap((subject) => subject.checks);
  const proves = new Map(checks.map((check) => [`${check.name}: ${check.proves}`, check]));
  const entries = [...proves.values()].map(
    (check) =>
      html`<dt>${check.name}</dt>
        <dd>${check.proves}</dd>`,
  );
  return html`<section id="legend" aria-labelledby="legend-title">
    <h2 id="legend-title">What the checks prove</h2>
    <details>
      <summary>${plural(proves.size, "check")}</summary>
      <dl>${entries}</dl>
    </details>
  </section>`;
}
