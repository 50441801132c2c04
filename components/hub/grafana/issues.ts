import type { Issue } from "../../kit/issues";

/** The part of Grafana's arguments, or of a stack file's section, that is compared. */
export interface GrafanaInput {
  readonly replicas?: number;
  readonly host?: unknown;
  readonly exposure?: string;
  readonly tlsSecret?: unknown;
  readonly ingressClass?: unknown;
  readonly database?: object;
  readonly oidc?: Groups;
  readonly organisations?: Readonly<
    Record<string, Pick<Groups, "editors" | "viewers"> & { readonly tenants: readonly string[] }>
  >;
}

interface Groups {
  readonly admins?: readonly unknown[];
  readonly editors?: readonly unknown[];
  readonly viewers?: readonly unknown[];
}

/** Contradictions between values that are each well-formed. Paths start below `grafana`. */
export function grafanaIssues(grafana: GrafanaInput, tenants: readonly string[]): Issue[] {
  return [
    ...replicaIssues(grafana),
    ...accessIssues(grafana),
    ...groupIssues(grafana),
    ...tenantIssues(grafana, tenants),
  ];
}

function replicaIssues({ replicas = 1, database }: GrafanaInput): Issue[] {
  if (replicas <= 1 || database) return [];
  return [
    {
      path: ["database"],
      got: undefined,
      expected: `a PostgreSQL database, since ${replicas} pods cannot share a file`,
      example: { host: "postgres.example.com:5432" },
    },
  ];
}

function accessIssues({
  exposure = "ClusterIP",
  host,
  tlsSecret,
  ingressClass,
  oidc,
}: GrafanaInput): Issue[] {
  const outside = exposure !== "ClusterIP";
  const issues: Issue[] = [];
  if (host === undefined && (outside || oidc)) {
    const why = outside ? `exposure is ${exposure}` : "the identity provider sends them back there";
    issues.push({
      path: ["host"],
      got: host,
      expected: `the name under which browsers reach Grafana, since ${why}`,
      example: "grafana.ops.example.com",
    });
  }
  if (outside && tlsSecret === undefined) {
    issues.push({
      path: ["tlsSecret"],
      got: tlsSecret,
      expected: `a Secret of the hub's namespace with a certificate for the host, since exposure is ${exposure}`,
      example: "grafana-tls",
    });
  }
  if (exposure !== "Ingress" && ingressClass !== undefined) {
    issues.push({
      path: ["exposure"],
      got: exposure,
      expected: "Ingress, because an ingressClass is given",
      example: "Ingress",
    });
  }
  return issues;
}

function groupIssues({ oidc, organisations = {} }: GrafanaInput): Issue[] {
  const customers = Object.entries(organisations);
  const groups = (of: Groups) => [
    ...(of.admins ?? []),
    ...(of.editors ?? []),
    ...(of.viewers ?? []),
  ];
  if (oidc) {
    if (groups(oidc).length > 0 || customers.some(([, customer]) => groups(customer).length > 0))
      return [];
    return [
      {
        path: ["oidc", "admins"],
        got: oidc.admins,
        expected: "at least one group that may log in, here or in `organisations`",
        example: ["platform-engineers"],
      },
    ];
  }
  return customers
    .filter(([, customer]) => groups(customer).length > 0)
    .map(([name, customer]) => ({
      path: ["organisations", name],
      got: groups(customer),
      expected:
        "no groups, since there is no `oidc` that knows them: users are put into the organisation by hand",
      example: { tenants: customer.tenants },
    }));
}

function tenantIssues({ organisations = {} }: GrafanaInput, tenants: readonly string[]): Issue[] {
  const customers = Object.entries(organisations);
  return customers.flatMap(([name, { tenants: got }], index) => {
    const taken = customers.slice(0, index).flatMap(([, other]) => other.tenants);
    const free = tenants.filter((tenant) => !taken.includes(tenant));
    const good = got.filter((tenant) => free.includes(tenant));
    if (good.length === got.length) return [];
    return [
      {
        path: ["organisations", name, "tenants"],
        got,
        expected: `tenants of the hub that no other organisation has: ${free.join(", ") || "there are none"}`,
        example: good.length > 0 ? good : [free[0] ?? `${name}-prd`],
      },
    ];
  });
}
