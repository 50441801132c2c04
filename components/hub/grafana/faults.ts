/** A text that ends up in Grafana's configuration file, where some characters begin comments or quote. */
export const INI_TEXT = /^[^\s;#"'`$](?:[^\n\r;#"'`$]*[^\s;#"'`$])?$/;
export const INI_TEXT_EXPECTED = "a text without quotes, `;`, `#`, `$` or line breaks";

/** What Grafana's list of groups and roles separates by. */
export const GROUP = /^[^\s,:;#"'`$\\[\]]+$/;
export const GROUP_EXPECTED =
  "a group as the identity provider names it, without spaces, commas, colons or quotes";

/** What of the arguments can be judged without secrets, which may be known late. */
export interface JudgedGrafana {
  readonly replicas?: number;
  readonly host?: string;
  readonly exposure?: string;
  readonly tlsSecret?: string;
  readonly ingressClass?: string;
  readonly database?: object;
  readonly oidc?: Groups;
  readonly organisations?: Readonly<
    Record<string, Pick<Groups, "editors" | "viewers"> & { readonly tenants: readonly string[] }>
  >;
}

interface Groups {
  readonly admins?: readonly string[];
  readonly editors?: readonly string[];
  readonly viewers?: readonly string[];
}

/** What is wrong, below the key `grafana`. */
export interface GrafanaFault {
  readonly path: readonly string[];
  readonly got: unknown;
  readonly expected: string;
  readonly example: unknown;
}

/** Contradictions between values that are each well-formed. */
export function grafanaFaults(grafana: JudgedGrafana, tenants: readonly string[]): GrafanaFault[] {
  return [
    ...replicaFaults(grafana),
    ...accessFaults(grafana),
    ...groupFaults(grafana),
    ...tenantFaults(grafana, tenants),
  ];
}

function replicaFaults({ replicas = 1, database }: JudgedGrafana): GrafanaFault[] {
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

function accessFaults({
  exposure = "ClusterIP",
  host,
  tlsSecret,
  ingressClass,
  oidc,
}: JudgedGrafana): GrafanaFault[] {
  const outside = exposure !== "ClusterIP";
  const faults: GrafanaFault[] = [];
  if (host === undefined && (outside || oidc)) {
    const why = outside ? `exposure is ${exposure}` : "the identity provider sends them back there";
    faults.push({
      path: ["host"],
      got: host,
      expected: `the name under which browsers reach Grafana, since ${why}`,
      example: "grafana.ops.example.com",
    });
  }
  if (outside && tlsSecret === undefined) {
    faults.push({
      path: ["tlsSecret"],
      got: tlsSecret,
      expected: `a Secret of the hub's namespace with a certificate for the host, since exposure is ${exposure}`,
      example: "grafana-tls",
    });
  }
  if (exposure !== "Ingress" && ingressClass !== undefined) {
    faults.push({
      path: ["exposure"],
      got: exposure,
      expected: "Ingress, because an ingressClass is given",
      example: "Ingress",
    });
  }
  return faults;
}

function groupFaults({ oidc, organisations = {} }: JudgedGrafana): GrafanaFault[] {
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

function tenantFaults(
  { organisations = {} }: JudgedGrafana,
  tenants: readonly string[],
): GrafanaFault[] {
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
