import { SERIES_COLORS } from "./colors.js";

/** Grafana's classic palette, of its light theme and of its dark one. */
const PALETTES = {
  light:
    "#56A64B #E0B400 #3274D9 #FF780A #E02F44 #A352CC #19730E #CC9D00 " +
    "#1250B0 #E55400 #AD0317 #7C2EA3 #96D98D #C4A700 #8AB8FF #FFB357",
  dark:
    "#73BF69 #F2CC0C #5794F2 #FF9830 #F2495C #B877D9 #37872D #E0B400 " +
    "#1F60C4 #FA6400 #C4162A #8F3BB8 #C8F2C2 #FFF899 #C0D8FF #FFCB7D",
} as const;

const series = (scheme: keyof typeof PALETTES) =>
  PALETTES[scheme]
    .split(" ")
    .slice(0, SERIES_COLORS)
    .map((color, index) => `--series-${index}: ${color};`)
    .join(" ");

const NAMES = ["green", "yellow", "orange", "red", "blue", "text"];
const named = NAMES.map(
  (name) =>
    `.ink-${name} { color: var(--ink-${name}); } .back-${name} { background: var(--${name}); }\n` +
    `.fill-${name} { background: var(--${name}); fill: var(--${name}); }\n` +
    `.lines .level-${name} { border-left-color: var(--${name}); }`,
).join("\n");

/**
 * How pages look: Grafana's grid where the window is wide, one panel below the other where it is
 * narrow. Colours are Grafana's; those of text have a contrast of at least 4.5 to 1.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f5; --card: #ffffff; --line: #dcdfe3; --ink-text: #24292e; --faint: #5a626b;
  --link: #1f5bd0; --green: #56A64B; --yellow: #F2CC0C; --orange: #FF780A; --red: #E02F44;
  --blue: #3274D9; --text: #6b7480; --ink-green: #176a35; --ink-yellow: #6e5a00;
  --ink-orange: #97460a; --ink-red: #b3121d; --ink-blue: #1f5bd0;
  ${series("light")}
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111217; --card: #181b1f; --line: #2c3138; --ink-text: #d6d7e2; --faint: #9fa3b3;
    --link: #7eaaff; --green: #73BF69; --yellow: #FADE2A; --orange: #FF9830; --red: #F2495C;
    --blue: #5794F2; --text: #8e93a3; --ink-green: #83d69d; --ink-yellow: #fade2a;
    --ink-orange: #ffa54c; --ink-red: #ff8a92; --ink-blue: #8fb7ff;
    ${series("dark")}
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; padding: 0 16px; background: var(--page); color: var(--ink-text);
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
.top, footer { padding: 16px 4px 8px; overflow-wrap: anywhere; }
h1 { font-size: 22px; margin: 2px 0 4px; }
h2 { font-size: 15px; margin: 24px 4px 8px; }
p { margin: 3px 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.faint, small { color: var(--faint); }
code { font: 12px/1.5 ui-monospace, "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; }
.variables { display: flex; flex-wrap: wrap; gap: 6px; margin: 10px 0; }
.variables div {
  display: flex; max-width: 100%; border: 1px solid var(--line); border-radius: 3px;
  background: var(--card);
}
.variables dt { padding: 4px 8px; color: var(--faint); border-right: 1px solid var(--line); }
.variables dd {
  margin: 0; padding: 4px 8px; min-width: 0; max-width: 340px; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap;
}
nav { display: flex; flex-wrap: wrap; gap: 4px 14px; }

.grid { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); gap: 8px;
  grid-auto-rows: 30px; }
.row { grid-column: 1 / -1; margin: 0 4px; align-self: center; }
.panel {
  display: flex; flex-direction: column; min-width: 0; min-height: 0; overflow: hidden;
  padding: 6px 10px 8px; border: 1px solid var(--line); border-radius: 3px;
  background: var(--card);
}
.panel > header { display: flex; gap: 10px; align-items: baseline; min-width: 0; flex: none; }
.panel > header a { flex: none; font-size: 12px; }
.panel > header a:nth-of-type(n + 4) { display: none; }
h3 {
  flex: 1; min-width: 0; margin: 0; font-size: 13px; font-weight: 600; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap;
}
.small > header a { display: none; }
.absent {
  flex: 1; display: grid; align-content: center; text-align: center; min-height: 0;
  overflow: auto; overflow-wrap: anywhere;
}
.absent p:first-child { font-size: 15px; color: var(--faint); }
.absent.failed p:first-child { color: var(--ink-red); }
.small .absent .faint { font-size: 11px; line-height: 1.25; }

.chart {
  flex: 1; min-height: 0; display: grid; padding-top: 10px;
  grid-template: minmax(0, 1fr) 18px / min(calc(var(--labels) * 0.86 + 16px), 34%) minmax(0, 1fr);
}
.values, .plot, .times { position: relative; min-width: 0; min-height: 0; }
.values span, .times span {
  position: absolute; font-size: 11px; line-height: 14px; color: var(--faint); white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.values span {
  right: 8px; max-width: calc(100% - 8px); transform: translateY(-50%); overflow: hidden;
  text-overflow: ellipsis;
}
.times { grid-column: 2; }
.times span { top: 3px; transform: translateX(-50%); }
.plot svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.plot path { vector-effect: non-scaling-stroke; fill: none; }
.grid-line, path.grid { stroke: var(--line); }
.line { stroke-width: 1.4px; stroke-linecap: round; stroke-linejoin: round; }
.area { opacity: 0.3; }
.threshold { stroke-dasharray: 6 5; opacity: 0.9; }
.legend {
  flex: none; display: flex; flex-wrap: wrap; gap: 1px 12px; margin: 4px 0 0; padding: 0;
  list-style: none; max-height: 30%; overflow: auto; font-size: 12px;
}
.legend li {
  max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}
.legend i { display: inline-block; width: 12px; height: 4px; border-radius: 2px;
  vertical-align: 3px; margin-right: 3px; }
.states { flex: 1; min-height: 0; display: flex; }
.states .chart { width: 100%; }

.stat {
  flex: 1; display: flex; flex-wrap: wrap; gap: 4px 20px; align-content: center;
  justify-content: center; min-height: 0; overflow: auto;
}
.value { font-size: 28px; font-weight: 600; line-height: 1.15; text-align: center;
  white-space: nowrap; }
.value:nth-last-child(n + 3), .value:nth-last-child(n + 3) ~ .value { font-size: 17px; }
.value small { display: block; font-size: 12px; font-weight: 400; }
.bars, .lines { list-style: none; margin: 4px 0 0; padding: 0; }
.bars { flex: 1; min-height: 0; overflow: auto; display: flex; flex-direction: column;
  justify-content: safe center; gap: 5px; }
.bars li {
  display: grid; align-items: center; gap: 0 10px;
  grid-template-columns: minmax(0, 38%) minmax(0, 1fr) 84px;
}
.bars .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bars .track { height: 14px; background: var(--page); border-radius: 2px; overflow: hidden; }
.bars .track span { display: block; height: 100%; }
.amount { font-weight: 600; text-align: right; white-space: nowrap; }

.scrolls { flex: 1; min-height: 0; overflow: auto; margin-top: 4px; }
table { width: 100%; border-collapse: collapse; }
th { position: sticky; top: 0; background: var(--card); color: var(--faint); font-size: 12px; }
th, td { padding: 4px 12px 4px 4px; text-align: left; white-space: nowrap; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th small a { margin-left: 8px; font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.lines li { padding: 1px 0 1px 8px; border-left: 3px solid var(--line); margin-bottom: 2px;
  overflow-wrap: anywhere; }
.lines time { color: var(--faint); font-variant-numeric: tabular-nums; margin-right: 6px; }
.nodes { flex: 1; min-height: 0; width: 100%; }
.nodes circle { fill: var(--card); stroke: var(--blue); stroke-width: 3; }
.nodes text { fill: var(--ink-text); font-size: 13px; text-anchor: middle; }
.nodes .call { fill: none; stroke: var(--faint); stroke-width: 1.5; }
.nodes marker path { fill: var(--faint); }
${named}

.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); }
.cards li { padding: 10px 12px; border: 1px solid var(--line); border-radius: 3px;
  background: var(--card); }
.cards a { font-weight: 600; font-size: 14px; }
footer { padding: 24px 4px; }

@media (max-width: 760px) {
  body { padding: 0 8px; }
  .grid { grid-template-columns: repeat(2, minmax(0, 1fr)); grid-auto-rows: auto; }
  .row { grid-row: auto !important; margin-top: 12px; }
  .panel {
    grid-column: 1 / -1 !important; grid-row: auto !important;
    height: calc(var(--rows) * 38px - 8px); max-height: 520px;
  }
  .panel.small { grid-column: auto / span 1 !important; height: 118px; }
  .panel.small:not(.kind-stat) { grid-column: 1 / -1 !important; height: 304px; }
  .value { font-size: 22px; }
  .bars li { grid-template-columns: minmax(0, 1fr) 84px; }
  .bars .track { grid-row: 2; grid-column: 1 / -1; height: 8px; }
}
`;
