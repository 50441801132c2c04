import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../contract/names";
import { inputIssues, inputsIssues } from "../kit/later";
import { issueUnless, onePerPath, under, type Issue } from "../kit/issues";
import {
  alertingFields,
  deadMansSwitchFields,
  renewBeforeDaysField,
  type HubAlertingArgs,
} from "./alerting-args";
import { receivingFieldIssues } from "../alertmanager/field-issues";
import type { HubObservabilityArgs } from "./args";
import { cellFields } from "./cell-args";
import { dashboardsFields } from "./dashboards-args";
import { gatewayFields } from "./gateway/args";
import { globalQueryFields } from "./global-query/args";
import {
  grafanaDatabaseFields,
  grafanaFields,
  grafanaOidcFields,
  type HubGrafanaArgs,
} from "./grafana/args";
import { agentNamespaceField, edgeFields, tenantFields } from "./inventory-args";
import { hubIssues } from "./issues";
import { sectionsOf } from "./resolve";
import { rulesFields } from "./rules-args";
import { runbookBaseUrlField } from "../rules/runbooks";
import { sloFields } from "./slo-args";

/** Everything that is wrong with the arguments: each field by itself, and then all together. */
export function argsIssues(args: HubObservabilityArgs): Issue[] {
  return onePerPath([...fieldsOf(args), ...hubIssues(args)]);
}

function fieldsOf(args: HubObservabilityArgs): Issue[] {
  const { gateway, tenants, edges, slos = {}, alerting, rules, globalQuery, grafana } = args;
  const { renewBeforeDays, dashboards } = args;
  return [
    ...namespaceIssues(args),
    ...inputsIssues(gatewayFields, ["gateway"], gateway),
    ...cellIssues(args),
    ...Object.entries(tenants).flatMap(([id, tenant]) =>
      inputsIssues(tenantFields, ["tenants", id], tenant),
    ),
    ...Object.entries(edges).flatMap(([name, edge]) =>
      inputsIssues({ ...edgeFields, agentNamespace: agentNamespaceField }, ["edges", name], edge),
    ),
    ...Object.entries(slos).flatMap(([name, slo]) => inputsIssues(sloFields, ["slos", name], slo)),
    ...inputIssues(renewBeforeDaysField, ["renewBeforeDays"], renewBeforeDays),
    ...(alerting ? under(["alerting"], alertingFieldIssues(alerting)) : []),
    ...(rules ? inputsIssues(rulesFields, ["rules"], rules) : []),
    ...(dashboards ? inputsIssues(dashboardsFields, ["dashboards"], dashboards) : []),
    ...(globalQuery ? inputsIssues(globalQueryFields, ["globalQuery"], globalQuery) : []),
    ...(grafana ? under(["grafana"], grafanaFieldIssues(grafana)) : []),
  ];
}

function alertingFieldIssues(alerting: HubAlertingArgs): Issue[] {
  const { deadMansSwitch, runbookBaseUrl } = alerting;
  return [
    ...receivingFieldIssues(alerting),
    ...inputsIssues(alertingFields, [], alerting),
    ...inputIssues(runbookBaseUrlField, ["runbookBaseUrl"], runbookBaseUrl),
    ...(deadMansSwitch
      ? inputsIssues(deadMansSwitchFields, ["deadMansSwitch"], deadMansSwitch)
      : []),
  ];
}

function namespaceIssues({ namespace, existingNamespace }: HubObservabilityArgs): Issue[] {
  return [
    ...issueUnless(
      namespace === undefined || existingNamespace === undefined,
      ["existingNamespace"],
      {
        got: "both",
        expected: "one: namespace for one to make, existingNamespace for one that is there",
        example: namespace,
        exampleAt: ["namespace"],
      },
    ),
    ...issueUnless(namespace === undefined || DNS_LABEL.test(namespace), ["namespace"], {
      got: namespace,
      expected: DNS_LABEL_EXPECTED,
      example: "heliograph-hub",
    }),
  ];
}

/** The password of a Redis is a secret here: its other fields are checked by the backend. */
function cellIssues({ cells }: HubObservabilityArgs): Issue[] {
  return Object.entries(cells).flatMap(([name, cell]) =>
    sectionsOf(cell).flatMap(([signal, section]) => {
      const fields = Object.entries(cellFields[signal]).filter(([key]) => key !== "redis");
      return inputsIssues(Object.fromEntries(fields), ["cells", name, signal], section);
    }),
  );
}

function grafanaFieldIssues({ database, oidc, ...grafana }: HubGrafanaArgs): Issue[] {
  return [
    ...inputsIssues(grafanaFields, [], grafana),
    ...(database ? inputsIssues(grafanaDatabaseFields, ["database"], database) : []),
    ...(oidc ? inputsIssues(grafanaOidcFields, ["oidc"], oidc) : []),
  ];
}
