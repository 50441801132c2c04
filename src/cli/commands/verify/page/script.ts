/**
 * What runs in the page: the filter. Everything is there without it. It is plain text, because the
 * policy of the page names its hash, and nothing else may run.
 */
export const SCRIPT = `
"use strict";
const form = document.querySelector("#filter");
const search = document.querySelector("#search");
const count = document.querySelector("#count");
const buttons = [...form.querySelectorAll("button")];
const edges = [...document.querySelectorAll("#edges tbody")].map((body) => ({
  body,
  state: body.dataset.state,
  text: body.dataset.text,
}));
let state = "";
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const edge of edges) {
    const fits =
      (state === "" || edge.state === state) && words.every((word) => edge.text.includes(word));
    edge.body.hidden = !fits;
    if (fits) shown += 1;
  }
  count.textContent = shown + " of " + edges.length + " shown";
}
form.addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", filter);
for (const button of buttons)
  button.addEventListener("click", () => {
    state = button.value;
    for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
    filter();
  });
form.hidden = false;
`;
