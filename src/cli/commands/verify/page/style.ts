/**
 * How the page looks: light or dark as its reader prefers, a card for each edge where the window is
 * narrow, everything on white in print. Contrast of all text is at least 4.5 to 1.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #d9dde3; --text: #1a1f26; --faint: #56606d;
  --bad: #b3121d; --bad-page: #fdecec; --warning: #7a4a00; --warning-page: #fff3d9;
  --good: #176a35; --good-page: #e4f4e9; --faint-page: #eceef1; --link: #0b57b0; --bar: #3f74b5;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #12161b; --card: #1b2027; --line: #343c47; --text: #e8ebef; --faint: #a4aebb;
    --bad: #ff9a94; --bad-page: #431a1c; --warning: #f5c46b; --warning-page: #3a2c10;
    --good: #83d69d; --good-page: #16341f; --faint-page: #2a313a; --link: #8fbdf5; --bar: #79a8e0;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 18px; margin: 32px 0 10px; }
p { margin: 6px 0; }
a { color: var(--link); }
code {
  font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
.faint { color: var(--faint); }
.bad { color: var(--bad); }
.warning { color: var(--warning); }
.good { color: var(--good); }
.out-of-sight {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.verdict { font-size: 17px; font-weight: 600; }
.badge {
  display: inline-block; padding: 1px 9px; border-radius: 11px; font-size: 13px; font-weight: 600;
  overflow-wrap: normal;
}
.badge.bad { background: var(--bad-page); }
.badge.warning { background: var(--warning-page); }
.badge.good { background: var(--good-page); }
.badge.faint { background: var(--faint-page); }

table { width: 100%; border-collapse: separate; border-spacing: 0; table-layout: fixed; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 2px 0;
}
th, td { text-align: left; vertical-align: top; padding: 9px 8px; font-weight: normal; }
th:first-child, td:first-child { padding-left: 14px; }
thead th { font-size: 13px; color: var(--faint); font-weight: 600; }
thead th::first-letter { text-transform: uppercase; }
tbody:not(.plain) > tr:first-child > *, .plain tr > * { border-top: 1px solid var(--line); }
tbody[data-tone="bad"] > tr > :first-child { box-shadow: inset 4px 0 var(--bad); }
tbody[data-tone="warning"] > tr > :first-child { box-shadow: inset 4px 0 var(--warning); }
td { font-size: 14px; font-variant-numeric: tabular-nums; }
td small, th small { display: block; font-size: 12.5px; color: var(--faint); }
.name { font-weight: 650; font-size: 15px; }
#hubs th:last-child { width: 16%; }
tr.found > td { padding-top: 0; }
.bar { display: block; width: 100%; max-width: 96px; height: 4px; margin: 5px 0 2px; }
.bar rect:first-child { fill: var(--line); }
.bar rect:last-child { fill: var(--bar); }

details + details { margin-top: 4px; }
summary { cursor: pointer; font-size: 13.5px; color: var(--link); width: fit-content; }
summary:focus-visible, button:focus-visible, input:focus-visible, a:focus-visible {
  outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px;
}
.checks { list-style: none; margin: 8px 0 4px; padding: 0; max-width: 980px; }
.checks li { padding: 4px 0 4px 22px; position: relative; font-size: 14px; }
.checks .mark { position: absolute; left: 0; }
.passed li::before {
  content: "✔"; content: "✔" / ""; color: var(--good); position: absolute; left: 0;
}
.checks b { font-weight: 600; }
.next {
  margin: 4px 0 6px; padding: 6px 10px; border-radius: 6px; background: var(--faint-page);
}
.next code span { display: inline-block; max-width: 100%; }

form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 12px; }
input, button { font: inherit; font-size: 14px; color: var(--text); background: var(--card); }
input {
  border: 1px solid var(--faint); border-radius: 8px; padding: 7px 11px; width: 260px;
  max-width: 100%;
}
input::placeholder { color: var(--faint); opacity: 1; }
button {
  border: 1px solid var(--line); border-radius: 16px; padding: 5px 12px; cursor: pointer;
}
button[aria-pressed="true"] {
  background: var(--text); color: var(--card); border-color: var(--text);
}
button[aria-pressed="true"] span { color: inherit; }
dl { margin: 8px 0; }
dt { font-weight: 600; font-size: 14px; }
dd { margin: 0 0 8px; color: var(--faint); font-size: 14px; }
footer { padding-top: 24px; padding-bottom: 32px; font-size: 13.5px; }

/* Browsers lay out what is in sight, where it is no table to them: its roles say that it is one. */
@media screen and (min-width: 841px) {
  #edges table, #edges thead, #edges tbody, #edges tr.found, #edges tr.found td { display: block; }
  #edges tr {
    display: grid;
    grid-template-columns: minmax(0, 1.75fr) repeat(6, minmax(0, 1fr)) minmax(0, 1.45fr);
  }
  #edges tbody { content-visibility: auto; contain-intrinsic-size: auto 130px; }
  #edges tbody { border-top: 1px solid var(--line); }
  #edges tbody > tr > * { border-top: 0; }
  #edges tbody[data-tone="bad"] { box-shadow: inset 4px 0 var(--bad); }
  #edges tbody[data-tone="warning"] { box-shadow: inset 4px 0 var(--warning); }
  #edges tbody[data-tone] > tr > :first-child { box-shadow: none; }
}

@media screen and (max-width: 840px) {
  header, main, footer { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 18px; }
  .card { background: none; border: 0; padding: 0; }
  table, tbody, tr, th, td { display: block; width: auto; }
  thead {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  }
  tbody:not(.plain), .plain tr {
    background: var(--card); border: 1px solid var(--line); border-radius: 10px;
    margin-bottom: 10px; padding: 8px 0;
    content-visibility: auto; contain-intrinsic-size: auto 300px;
  }
  tbody[data-tone="bad"] { box-shadow: inset 4px 0 var(--bad); }
  tbody[data-tone="warning"] { box-shadow: inset 4px 0 var(--warning); }
  tbody[data-tone] > tr > :first-child { box-shadow: none; }
  tbody > tr:first-child > *, .plain tr > * { border-top: 0 !important; }
  th, td, th:first-child, td:first-child { padding: 3px 14px; }
  #hubs th:last-child { width: auto; }
  td[data-title] { display: grid; grid-template-columns: 6.6em 1fr; gap: 0 10px; }
  td[data-title]::before { content: attr(data-title); color: var(--faint); font-size: 13px;
    text-transform: capitalize;
  }
  td > * { min-width: 0; }
  td.none { display: none; }
  tr.found > td { padding-top: 6px; }
  input { width: 100%; }
}

@media print {
  :root {
    --page: #fff; --card: #fff; --text: #000; --faint: #444; --line: #aaa;
  }
  body { font-size: 11px; }
  td, .checks li, summary { font-size: 10px; }
  .name { font-size: 12px; }
  h2 { font-size: 14px; margin-top: 18px; }
  #edges th:first-child { width: 18%; }
  td small, th small, thead th, .badge, code { font-size: 9px; }
  header, main, footer { max-width: none; padding: 0; }
  form { display: none; }
  tbody, .checks li { break-inside: avoid; }
  .badge, .next, .bar rect { print-color-adjust: exact; }
  details:not([open]) { display: none; }
}
`;
