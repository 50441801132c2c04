import { backendNames, isBackend, storeIssues } from "../backends/registry";
import { sharedRedisIssues } from "../backends/kit/cache-options";
import { DEFAULT_CELL } from "../contract/defaults";
import { DNS_LABEL, DNS_LABEL_EXPECTED, HUB_TENANT } from "../contract/names";
import { valueAt } from "../kit/extra-config";
import { issueUnless, under, type Issue, type IssuePath } from "../kit/issues";
import { nodePortIssues } from "../kit/service-type";
import { alertingIssues } from "../alertmanager/issues";
import type { OwnDashboardFiles } from "./grafana/dashboards";
import { grafanaIssues, type GrafanaInput } from "./grafana/issues";
import { logAlertIssues } from "./log-alert-issues";
import { storesOf, type Store } from "./model";
import { ownDashboardsIssues } from "./own-dashboards-issues";
import { ownRulesIssues } from "./own-rules-issues";
import { resolveHub, sectionsOf, type HubInput } from "./resolve";
import { rulesIssues } from "./rules-args";
import { sloIssues } from "./slo-issues";

/** What the checks look at, beside what the model is made of. */
interface CheckedHub extends HubInput {
  readonly gateway: {
    readonly serviceType?: unknown;
    readonly nodePort?: unknown;
  };
  readonly globalQuery?: object | undefined;
  readonly grafana?: GrafanaInput | undefined;
  readonly dashboards?: { readonly files?: OwnDashboardFiles | undefined } | undefined;
}

/** A cell to paste where one is missing. A stack file's has keys that arguments do not have. */
const CELL = { metrics: { bucket: "..." } };

/**
 * Contradictions between values that are each well-formed, and names that do not exist. They are
 * the same for arguments and for the section `hub` of a stack file, and have the same paths.
 */
export function hubIssues(hub: CheckedHub, cellExample: object = CELL): Issue[] {
  const resolved = resolveHub(hub);
  return [
    ...gatewayIssues(hub),
    ...inventoryIssues(hub, cellExample),
    ...cellIssues(hub, cellExample),
    ...under(["grafana"], hub.grafana ? grafanaIssues(hub.grafana, Object.keys(hub.tenants)) : []),
    ...under(["alerting"], routingIssues(hub)),
    ...queryIssues(hub),
    ...watcherIssues(hub),
    ...under(["rules"], hub.rules ? rulesIssues(hub.rules, namesOf(hub)) : []),
    ...under(["rules", "files"], hub.rules?.files ? ownRulesIssues(hub.rules.files, resolved) : []),
    ...under(
      ["dashboards", "files"],
      ownDashboardsIssues(
        hub.dashboards?.files ?? {},
        resolved,
        hub.grafana,
        hub.globalQuery !== undefined,
      ),
    ),
    ...sloIssues(resolved),
    ...logAlertIssues(resolved),
  ];
}

function namesOf({ tenants, edges }: CheckedHub) {
  return {
    tenants: Object.keys(tenants),
    environments: [...new Set(Object.values(edges).map(({ environment }) => environment))],
  };
}

function gatewayIssues({ gateway: { serviceType, nodePort } }: CheckedHub): Issue[] {
  // One that only the engine will know is not compared.
  if (serviceType !== undefined && typeof serviceType !== "string") return [];
  return nodePortIssues(["gateway"], { serviceType, nodePort });
}

function inventoryIssues({ cells, tenants, edges }: CheckedHub, cellExample: object): Issue[] {
  const listed = (known: object) => Object.keys(known).join(", ") || "there is none yet";
  return [
    ...Object.entries(tenants).flatMap(([id, { cell = DEFAULT_CELL }]) => [
      ...nameIssues("tenants", id),
      ...issueUnless(Object.hasOwn(cells, cell), ["tenants", id, "cell"], {
        got: cell,
        expected: `one of \`cells\`: ${listed(cells)}`,
        example: cellExample,
        exampleAt: ["cells", cell],
      }),
    ]),
    ...Object.entries(edges).flatMap(([name, { tenant }]) => [
      ...nameIssues("edges", name),
      ...issueUnless(Object.hasOwn(tenants, tenant), ["edges", name, "tenant"], {
        got: tenant,
        expected: `one of \`tenants\`: ${listed(tenants)}`,
        example: { retentionDays: 90 },
        exampleAt: ["tenants", tenant],
      }),
    ]),
    ...issueUnless(!Object.hasOwn(tenants, HUB_TENANT), ["tenants", HUB_TENANT], {
      got: HUB_TENANT,
      expected: "another id: the hub keeps what it records about itself in this one",
      example: tenants[HUB_TENANT],
      exampleAt: ["tenants", "platform"],
    }),
  ];
}

function cellIssues(hub: CheckedHub, cellExample: object): Issue[] {
  const cells = Object.entries(hub.cells);
  const { cells: resolved } = resolveHub(hub);
  return [
    ...issueUnless(cells.length > 0, ["cells"], {
      got: hub.cells,
      expected: "at least one cell",
      example: { [DEFAULT_CELL]: cellExample },
    }),
    ...cells.flatMap(([name, cell]) => [
      ...nameIssues("cells", name),
      ...sectionsOf(cell).flatMap(([signal, { backend }]) =>
        issueUnless(
          backend === undefined || isBackend(signal, backend),
          ["cells", name, signal, "backend"],
          {
            got: backend,
            expected: `one of ${backendNames(signal).join(", ")}`,
            example: backendNames(signal)[0],
          },
        ),
      ),
    ]),
    ...resolved.flatMap((cell) =>
      storesOf(cell).flatMap((store) => [
        ...storeIssues(store, cell),
        ...extraConfigIssues(store, cell.name),
      ]),
    ),
    ...sharedRedisIssues(resolved),
  ];
}

/** Keys that extra configuration may not touch. */
function extraConfigIssues({ signal, backend, options }: Store, cell: string): Issue[] {
  const { extraConfig } = options;
  const { protectedConfig, title } = backend;
  const path = ["cells", cell, signal, "extraConfig"];
  if (extraConfig === undefined) return [];
  if (!protectedConfig) {
    const expected = `nothing: ${title} is configured by flags, which Heliograph decides`;
    return [{ path, got: extraConfig, expected, lines: "// remove extraConfig" }];
  }
  return protectedConfig.flatMap((dotted) => {
    const keys = dotted.split(".");
    const got = valueAt(extraConfig, keys);
    return issueUnless(got === undefined, [...path, ...keys], {
      got,
      expected: "nothing: Heliograph decides where data is, and whose it is",
      lines: `// remove ${dotted}`,
    });
  });
}

function routingIssues({ alerting = {}, tenants, edges }: CheckedHub): Issue[] {
  const environments = new Set(Object.values(edges).map(({ environment }) => environment));
  return alertingIssues(alerting, {
    tenants: Object.keys(tenants),
    environments: [...environments],
    clusters: Object.keys(edges),
  });
}

/** Edges that are queried in place need a query, and an address each. */
function queryIssues({ edges, globalQuery }: CheckedHub): Issue[] {
  const queried = Object.entries(edges).filter(([, { query }]) => query !== undefined);
  const names = queried.map(([name]) => name).join(", ");
  return [
    ...issueUnless(queried.length === 0 || globalQuery !== undefined, ["globalQuery"], {
      expected: `a global query, since the metrics of edges stay with them: ${names}`,
      example: { replicas: 2 },
    }),
    ...queried.flatMap(([name, { query }], index) => {
      const [other] = queried.slice(0, index).find(([, before]) => before.query === query) ?? [];
      return issueUnless(other === undefined, ["edges", name, "query"], {
        got: query,
        expected: `an endpoint of its own: edge ${other} is queried at this one, and its labels are those of one edge`,
        example: `query.${name}.example.com:10901`,
      });
    }),
  ];
}

function watcherIssues({ edges, watchedBy }: CheckedHub): Issue[] {
  return issueUnless(watchedBy === undefined || Object.hasOwn(edges, watchedBy), ["watchedBy"], {
    got: watchedBy,
    expected: `one of \`edges\`: ${Object.keys(edges).join(", ") || "there is none yet"}`,
    example: Object.keys(edges)[0] ?? "ops",
  });
}

/** Names become subjects of certificates, names of objects, and keys of maps. */
function nameIssues(kind: "cells" | "tenants" | "edges", name: string): Issue[] {
  const path: IssuePath = [kind, name];
  return issueUnless(DNS_LABEL.test(name), path, {
    got: name,
    expected: `a name that is ${DNS_LABEL_EXPECTED}`,
    example: "...",
    exampleAt: [kind, "my-name"],
  });
}
