import { Html } from "../../../src/cli/commands/verify/page/html";
import type { NamedSeries } from "../series.js";
import { latest } from "../series.js";
import { formatted } from "../units.js";
import { escaped } from "./chart.js";

const BETWEEN = { x: 240, y: 90 };

/** Who calls whom, from the left to the right: `client` calls `server`. */
export function nodes(series: readonly NamedSeries[]): Html {
  const calls = series.flatMap((each) => {
    const { client, server } = each.labels;
    return client && server ? [{ client, server, rate: latest(each) }] : [];
  });
  const columns = columnsOf(calls);
  const tallest = Math.max(1, ...columns.map(({ length }) => length));
  const places = new Map(
    columns.flatMap((names, column) =>
      names.map((name, row) => {
        const y = (row + 0.5 + (tallest - names.length) / 2) * BETWEEN.y;
        return [name, { x: (column + 0.5) * BETWEEN.x, y }] as const;
      }),
    ),
  );
  const [width, height] = [Math.max(1, columns.length) * BETWEEN.x, tallest * BETWEEN.y];
  const arrows = calls.map(({ client, server, rate }) => {
    const [from, to] = [places.get(client)!, places.get(server)!];
    const middle = (from.x + to.x) / 2;
    const bend = `${middle},${from.y} ${middle},${to.y}`;
    const path = `M${from.x + 16},${from.y}C${bend} ${to.x - 22},${to.y}`;
    const text = `${client} to ${server}: ${formatted(rate, "reqps")}`;
    const title = `<title>${escaped(text)}</title>`;
    return `<path class="call" d="${path}" marker-end="url(#arrow)">${title}</path>`;
  });
  const circles = [...places].map(
    ([name, { x, y }]) =>
      `<circle cx="${x}" cy="${y}" r="14"/><text x="${x}" y="${y + 32}">${escaped(name)}</text>`,
  );
  const arrow =
    '<marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" ' +
    'orient="auto"><path d="M0,0L8,4L0,8z"/></marker>';
  return new Html(
    `<svg class="nodes" viewBox="0 0 ${width} ${height}" role="img" ` +
      `aria-label="Services and their calls"><defs>${arrow}</defs>${arrows.join("")}${circles.join("")}</svg>`,
  );
}

/** Each service is one column right of the first one that calls it. */
function columnsOf(calls: readonly { readonly client: string; readonly server: string }[]) {
  const names = [...new Set(calls.flatMap(({ client, server }) => [client, server]))];
  const called = new Set(calls.map(({ server }) => server));
  const columns: string[][] = [];
  let next = names.filter((name) => !called.has(name));
  // Where all are called by somebody, the first one is as good as any.
  if (next.length === 0) next = names.slice(0, 1);
  while (next.length > 0) {
    columns.push(next);
    const placed = columns.flat();
    const callees = calls.filter(({ client }) => next.includes(client)).map(({ server }) => server);
    next = [...new Set(callees)].filter((name) => !placed.includes(name));
  }
  const rest = names.filter((name) => !columns.flat().includes(name));
  return rest.length > 0 ? [...columns, rest] : columns;
}
