import { receivingFieldIssues } from "../../alertmanager/field-issues";
import { alertingIssues } from "../../alertmanager/issues";
import type { Alertmanager } from "../../alertmanager/model";
import { EDGE_ALERTMANAGERS, resolveAlertmanager } from "../../alertmanager/resolve";
import { FEDERATION } from "../../backends/federation";
import { backendOf } from "../../backends/registry";
import { allFieldIssues } from "../../kit/fields";
import { inputIssues } from "../../kit/later";
import { issueUnless, onePerPath, type Issue } from "../../kit/issues";
import { edgeRuleFile } from "../../rules/edge-rule-file";
import { RUNBOOKS, runbookBaseUrlField } from "../../rules/runbooks";
import type { RuleFileText } from "../../rules/types";
import { WORKLOAD_ALERTS } from "../../rules/workloads/alert-names";
import { edgeRulesFields, type EdgeAlertingArgs } from "./args";

/** The alerts of an edge that tells them by itself. */
export interface EdgeAlertingModel {
  readonly alertmanager: Alertmanager;
  readonly rules: RuleFileText;
  /** Whether people reach its Alertmanagers at an address of their own. */
  readonly people: boolean;
}

/** Arguments whose values are known, but for the secrets of receivers. */
export type EdgeAlertingValues = Partial<Omit<EdgeAlertingArgs, "runbookBaseUrl">> & {
  readonly runbookBaseUrl?: string | undefined;
};

/** Undefined where there is no receiver, which is refused. */
export function resolveEdgeAlerting(
  alerting: EdgeAlertingValues,
  namespace: string,
): EdgeAlertingModel | undefined {
  const alertmanager = resolveAlertmanager(alerting, EDGE_ALERTMANAGERS);
  if (!alertmanager) return undefined;
  const { thresholds = {}, disabled = [], runbookBaseUrl = RUNBOOKS } = alerting;
  const store = backendOf("metrics", FEDERATION.name);
  return {
    alertmanager,
    rules: edgeRuleFile({ thresholds, disabled, namespace, store, runbookBaseUrl }),
    people: alerting.alertmanager?.externalUrl !== undefined,
  };
}

/** Everything that is wrong with them. Paths start below `alerting`. */
export function edgeAlertingIssues(alerting: EdgeAlertingValues): Issue[] {
  const { receivers = {}, runbookBaseUrl, disabled = [] } = alerting;
  return onePerPath([
    ...receivingFieldIssues(alerting),
    ...allFieldIssues(edgeRulesFields, [], alerting),
    ...inputIssues(runbookBaseUrlField, ["runbookBaseUrl"], runbookBaseUrl),
    ...issueUnless(Object.keys(receivers).length > 0, ["receivers"], {
      got: receivers,
      expected: "at least one receiver, since alerts of this edge are told to somebody",
      example: { slack: { channel: "#alerts" } },
      exampleAt: ["receivers", "on-call"],
    }),
    ...(Object.keys(receivers).length > 0 ? alertingIssues(alerting) : []),
    ...disabled.flatMap((alert, index) =>
      issueUnless(WORKLOAD_ALERTS.includes(alert), ["disabled", index], {
        got: alert,
        expected: `one of the alerts about workloads: ${WORKLOAD_ALERTS.join(", ")}`,
        example: WORKLOAD_ALERTS[0],
      }),
    ),
  ]);
}
