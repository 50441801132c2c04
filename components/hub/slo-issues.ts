import { EDGE_LABELS } from "../contract/names";
import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../kit/dns-label";
import { DURATION, toSeconds } from "../kit/duration";
import { issueUnless, type Issue, type IssuePath } from "../kit/issues";
import { PromqlExpression } from "../rules/promql-syntax";
import type { Slo } from "../rules/slos";
import type { Cell, HubModel, Tenant } from "./model";

/** Labels that tell whose a series is, in backends and in what edges send. */
const TENANT_LABELS = ["tenant_id", "__tenant_id__"];
const DAY = 86_400;

/** What SLOs contradict in the rest of a hub. */
export function sloIssues({ slos, tenants, edges, cells }: Omit<HubModel, "watcher">): Issue[] {
  return slos.flatMap((slo) => {
    const path = ["slos", slo.name];
    const tenant = tenants.find(({ id }) => id === slo.tenant);
    const named = issueUnless(DNS_LABEL.test(slo.name), path, {
      got: slo.name,
      expected: `a name that is ${DNS_LABEL_EXPECTED}`,
      example: "...",
      exampleAt: ["slos", "my-name"],
    });
    if (!tenant) {
      const known = tenants.map(({ id }) => id).join(", ") || "there is none yet";
      return [
        ...named,
        {
          path: [...path, "tenant"],
          got: slo.tenant,
          expected: `one of \`tenants\`: ${known}`,
          example: tenants[0]?.id ?? "...",
        },
      ];
    }
    const own = edges.filter(({ tenant: id }) => id === tenant.id);
    const cell = cells.find(({ name }) => name === tenant.cell);
    return [
      ...named,
      ...windowIssues(slo, tenant, path),
      ...storedIssues(slo, own, path),
      ...evaluatedIssues(slo, cell, path),
      // One that is no text is an issue of its own.
      ...(["good", "total"] as const)
        .filter((key) => typeof slo[key] === "string")
        .flatMap((key) =>
          mixedIssues(
            slo[key],
            own.map(({ name }) => name),
            [...path, key],
            tenant.id,
          ),
        ),
    ];
  });
}

/** What is recorded is gone with the tenant's other series. */
function windowIssues({ window }: Slo, { retentionDays }: Tenant, path: IssuePath): Issue[] {
  const { metrics } = retentionDays;
  return issueUnless(
    !DURATION.test(window) || toSeconds(window) <= metrics * DAY,
    [...path, "window"],
    {
      got: window,
      expected: `at most ${metrics}d, the retentionDays of the tenant`,
      example: `${metrics}d`,
    },
  );
}

/** The hub has to have the series. */
function storedIssues({ tenant }: Slo, own: HubModel["edges"], path: IssuePath): Issue[] {
  const stays = own.length > 0 && own.every(({ query }) => query !== undefined);
  return issueUnless(!stays, [...path, "tenant"], {
    got: tenant,
    expected:
      "a tenant with an edge that sends its metrics: those of all of its edges stay with them",
    lines: "// remove the SLO, or `query` of an edge",
  });
}

/** Rules of one tenant must not see the series of another. */
function evaluatedIssues({ tenant }: Slo, cell: Cell | undefined, path: IssuePath): Issue[] {
  const metrics = cell?.stores.metrics.backend;
  return issueUnless(!metrics || metrics.groupsNameTenants === true, [...path, "tenant"], {
    got: tenant,
    expected: `a tenant of a cell whose rules see one tenant: those of ${metrics?.title} see all`,
    lines: `// remove the SLO, or store the metrics of cell ${cell?.name} in another backend`,
  });
}

/** What names another tenant finds nothing in this one. */
function mixedIssues(
  promql: string,
  own: readonly string[],
  path: IssuePath,
  tenant: string,
): Issue[] {
  const matchers = new PromqlExpression(promql).selectors.flatMap(({ matchers: all }) => all);
  return matchers.flatMap(({ label, operator, value }): Issue[] => {
    const matcher = `${label}${operator}"${value}"`;
    if (TENANT_LABELS.includes(label))
      return [
        {
          path,
          got: promql,
          expected: `no matcher ${matcher}: an SLO sees the series of its tenant, ${tenant}, alone`,
          lines: `// remove ${matcher} from the expression`,
        },
      ];
    if (label !== CLUSTER || operator !== "=" || own.includes(value)) return [];
    return [
      {
        path,
        got: promql,
        expected: `a cluster of the tenant ${tenant}, not ${value}: ${own.join(", ") || "there is none yet"}`,
        example: promql.replaceAll(matcher, `${label}="${own[0] ?? "..."}"`),
      },
    ];
  });
}

const CLUSTER = EDGE_LABELS[0];
