/*
 * Asks Tempo for traces; a program of its own, because it runs where pods have addresses. A connection through the API server for each would take an hour.
 *
 *   node span-counter.mjs <url of Tempo> <tenant>    ids on standard input, one a line; on standard output how many spans
 *                                                    each has, and how many of them were sent twice
 */
import { text } from "node:stream/consumers";

const [, , url, tenant] = process.argv;
const AT_A_TIME = 8;

const ids = (await text(process.stdin)).split("\n").filter(Boolean);
const counts = new Array(ids.length);

/** Its own frontend shows a span once that was sent twice; its parts do not. */
async function count(id) {
  const answer = await fetch(`${url}/${id}`, { headers: { "x-scope-orgid": tenant } });
  if (answer.status === 404) return [0, 0];
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const { batches = [] } = (await answer.json()).trace ?? {};
  const spans = batches
    .flatMap(
      ({ scopeSpans, instrumentationLibrarySpans }) => scopeSpans ?? instrumentationLibrarySpans,
    )
    .flatMap(({ spans }) => spans.map(({ spanId }) => spanId));
  const different = new Set(spans).size;
  return [different, spans.length - different];
}

let next = 0;
async function work() {
  while (next < ids.length) {
    const index = next++;
    counts[index] = await count(ids[index]);
  }
}
await Promise.all(Array.from({ length: AT_A_TIME }, work));
console.log(counts.map((pair) => pair.join(" ")).join("\n"));
