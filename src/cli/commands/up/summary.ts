import { CHANGES, countDone, type Change } from "../../engine/events";
import { style } from "../../ui/style";
import { table } from "../../ui/table";
import { duration } from "../../ui/text";
import type { Done } from "./passes";
import type { UpdatePass } from "./plan";

/** What each update did and how long it took, in the order in which they ended. */
export function showSummary(done: readonly Done[]): string {
  const count = (each: Done, change: Change) => {
    const number = countDone(each.operation, change);
    const destroys = number > 0 && (change === "replaced" || change === "deleted");
    return destroys ? style.danger(String(number)) : String(number);
  };
  return table(
    [
      { title: "stack" },
      { title: "pass" },
      ...CHANGES.map((title) => ({ title, align: "right" as const })),
      { title: "took", align: "right" },
    ],
    done.map((each) => [
      each.stack,
      each.failure ? style.bad(`${shortTitle(each.pass)}: FAILED`) : shortTitle(each.pass),
      ...CHANGES.map((change) => count(each, change)),
      duration(each.milliseconds),
    ]),
  );
}

/** What the program had to say in the last update of each stack; what it said before has been dealt with since. */
export function showNotes(done: readonly Done[]): string {
  const last = new Map(done.map((each) => [each.stack, each]));
  return [...last.values()]
    .flatMap(({ stack, operation }) =>
      operation.warnings.map(({ message }) => `${style.warning(stack)}: ${message}`),
    )
    .join("\n");
}

function shortTitle(pass: UpdatePass): string {
  switch (pass.kind) {
    case "ask":
      return "asks";
    case "hub":
      return pass.signs.length > 0 ? `signs ${pass.signs.join(", ")}` : "hub";
    case "edges":
      return "connects";
  }
}
