import { backendsOf } from "../backends/registry";
import { listed } from "../kit/fields";
import type { Issue } from "../kit/issues";
import type { HubModel } from "./model";

/** Alerts on log lines, where nobody evaluates them. */
export function logAlertIssues({ tenants, cells }: Pick<HubModel, "tenants" | "cells">): Issue[] {
  return tenants.flatMap(({ id, cell: name, logAlerts }) => {
    const cell = cells.find((each) => each.name === name);
    if (!logAlerts || !cell) return [];
    const { logs } = cell.stores;
    if (logs?.backend.evaluatesLogRules) return [];
    const able = backendsOf("logs").flatMap(({ evaluatesLogRules, name: backend }) =>
      evaluatesLogRules ? [backend] : [],
    );
    const instead = logs
      ? `${logs.backend.title} evaluates no rules; ${listed(able)} does`
      : "it stores no logs";
    return [
      {
        path: ["tenants", id, "logAlerts"],
        got: logAlerts,
        expected: `nothing in cell ${name}: ${instead}`,
        lines: "// remove logAlerts",
      },
    ];
  });
}
