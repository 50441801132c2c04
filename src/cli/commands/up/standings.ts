import type { Verification } from "../verify/report";
import { style } from "../../ui/style";
import { table } from "../../ui/table";
import { resourceName } from "../../engine/events";
import type { Done } from "./passes";
import type { Pass } from "./plan";

/** What a run did until it stopped. */
export interface History {
  readonly updates: readonly Done[];
  readonly verifications: readonly Verification[];
}

/** Where each stack stands after a run that stopped, in the order in which the passes go. */
export function showStandings(passes: readonly Pass[], history: History): string {
  const stacks = [
    ...new Set(passes.flatMap((pass) => (pass.kind === "hand over" ? [] : pass.stacks))),
  ];
  const order = [...new Set([...passes.flatMap(lastUpdates), ...stacks])];
  const rows = order.map((stack) => [stack, standingOf(stack, edgeOf(stack, passes), history)]);
  return table([{ title: "stack" }, { title: "where it stands" }], rows);
}

function lastUpdates(pass: Pass): readonly string[] {
  return pass.kind === "hub" || pass.kind === "edges" ? pass.stacks : [];
}

function edgeOf(stack: string, passes: readonly Pass[]): string | undefined {
  return passes.flatMap((pass) =>
    pass.kind === "verify" ? (pass.edges[pass.stacks.indexOf(stack)] ?? []) : [],
  )[0];
}

function standingOf(
  stack: string,
  edge: string | undefined,
  { updates, verifications }: History,
): string {
  const last = updates.findLast((update) => update.stack === stack);
  if (!last) return "not begun";
  if (last.failure) {
    const resources = last.operation.failed.map(resourceName).join(", ");
    return style.bad(["update FAILED", resources].filter(Boolean).join(": "));
  }
  if (last.pass.kind === "ask") return "has asked for a certificate, is not connected yet";
  if (edge === undefined) return "done";
  const report = verifications.flatMap(({ edges }) => edges).findLast((each) => each.edge === edge);
  if (!report) return "updated, not verified yet";
  if (report.ok) return "done and verified";
  const bad = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return style.bad(`updated, NOT WELL: ${bad.join(", ")}`);
}
