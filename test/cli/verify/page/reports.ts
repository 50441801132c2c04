import type { Facts } from "../../../../src/cli/commands/verify/facts";
import {
  type CheckResult,
  type EdgeReport,
  type HubReport,
  type Report,
  subjectReport,
} from "../../../../src/cli/commands/verify/report";

const passed = (name: string, detail: string, facts?: Facts): CheckResult => ({
  name,
  proves: `what ${name} has to be is so`,
  ok: true,
  status: "passed",
  brief: detail,
  detail,
  ...(facts && { facts }),
});

const bad = (
  name: string,
  detail: string,
  more: Partial<CheckResult> & { next?: string } = {},
): CheckResult => ({
  ...passed(name, detail),
  ok: false,
  status: "failed",
  brief: "failed",
  next: `kubectl --context prd-12 --namespace heliograph logs --tail 20 --selector app.kubernetes.io/name=${name.replace(" ", "-")}`,
  ...more,
});

const notRun = (names: readonly string[], first: string, message: string): CheckResult[] =>
  names.map((name) => bad(name, `not run, see ${first}: ${message}`, { status: "not run" }));

/** Every check of a signed edge, as it is where all is well. */
export function wellChecks(at = 0): CheckResult[] {
  const series = 15_270 + ((at * 7919) % 170_000);
  return [
    passed("identity", `signed as O=heliograph,OU=key-1,CN=edge-${at}, 364 days left`, {
      certificateDays: 364 - (at % 60),
    }),
    passed("gateway", "2 pods: this certificate and no other, no reads"),
    passed("sample", "read back from tenant a after 4.7 s, from none of 3 others", {
      readBackSeconds: 4.7,
    }),
    passed(
      "labels",
      `${series} series of 9 targets, 0 without one of the five labels or with a wrong one, 45 made by the hub itself`,
      { series, targets: 9 },
    ),
    passed("newest sample", "2 s old", { lagSeconds: 2 + (at % 9) }),
    passed("agents", "1 of 1 agent ready", {
      ready: 1,
      wanted: 1,
      versions: { kubernetes: "v1.36.3", prometheus: "v3.15.0" },
    }),
    passed("queue", "1 s behind, 490 samples pending, none failed or dropped", {
      behindSeconds: 1,
      samplesPending: 490,
      samplesLost: 0,
    }),
    passed("configuration", "running c0549a02, as deployed"),
    passed("all tenants", "9 targets seen by a query over 4 tenants"),
    passed("log line", "read back from tenant a after 4.7 s", { readBackSeconds: 4.7 }),
    passed("newest line", "0.4 s old, with its five labels", { lagSeconds: 0.4 }),
    passed("trace", "read back from tenant a after 5.1 s", { readBackSeconds: 5.1 }),
    passed("collectors", "2 pods ready, with the deployed configuration", {
      ready: 2,
      wanted: 2,
      versions: { "opentelemetry-collector-contrib": "0.158.0" },
    }),
    passed("collector queue", "0.1 % of the fullest queue, about 4 s behind", {
      behindSeconds: 4,
      queueShare: 0.001,
    }),
    passed("correlation", "exemplar, trace 4bf92f3577b34da6a3ce929d0e0e4736, 4 log lines"),
  ];
}

const replaced = (checks: readonly CheckResult[], ...others: readonly CheckResult[]) =>
  checks.map((check) => others.find(({ name }) => name === check.name) ?? check);

const NO_CREDENTIALS = "no stack of this project is edge";
const LOCAL = ["gateway", "sample", "agents", "queue", "configuration", "log line", "trace"];

/** What an edge may be like: one of each, by its name. */
export const KINDS: Readonly<
  Record<string, (at: number) => { state?: EdgeReport["state"]; checks: CheckResult[] }>
> = {
  well: (at) => ({ checks: wellChecks(at) }),
  failing: (at) => ({
    checks: replaced(
      wellChecks(at),
      bad("queue", "the agent cannot send: 312 s behind, 81,204 samples pending", {
        facts: { behindSeconds: 312, samplesPending: 81_204, samplesLost: 0 },
      }),
      bad("newest sample", "the newest sample is 5 min 12 s old", { facts: { lagSeconds: 312 } }),
      bad("newest line", "tenant a has no line of cluster edge from the last hour"),
    ),
  }),
  "not reached": (at) => {
    const message = `cluster edge-${at} cannot be reached: connect ETIMEDOUT 10.0.${at % 250}.1:6443`;
    const why = { notReached: "no answer" } as const;
    const next = `kubectl --context edge-${at} get nodes`;
    const missing = [
      bad("identity", message, { ...why, next }),
      ...notRun([...LOCAL, "collectors"], "identity", message).map((each) => ({
        ...each,
        ...why,
      })),
    ];
    return { checks: replaced(wellChecks(at), ...missing) };
  },
  "not asked": (at) => {
    const message = `${NO_CREDENTIALS} edge-${at}`;
    const why = { notReached: "no credentials" } as const;
    const next =
      "Verify it in the project that has its stack file, with the stack file of the hub beside it";
    const missing = [
      bad("identity", message, { ...why, next }),
      ...notRun([...LOCAL, "collectors"], "identity", message).map((each) => ({
        ...each,
        ...why,
      })),
    ];
    return { checks: replaced(wellChecks(at), ...missing) };
  },
  waiting: (at) => ({
    state: "waiting",
    checks: [
      bad("identity", `edge-${at} is in the inventory of ops, and waits for its certificate`, {
        next: `npm run up -- edge-${at}`,
      }),
    ],
  }),
  revoked: () => ({
    state: "revoked",
    checks: [passed("gateway", "revoked: 2 pods of the gateway refuse its certificate")],
  }),
  warning: (at) => ({
    checks: replaced(wellChecks(at), {
      ...passed("identity", "21 days left: the next update of the hub renews it", {
        certificateDays: 21,
      }),
      status: "warning",
      brief: "21 days",
      next: "npm run up",
    }),
  }),
  "not listed": () => ({
    state: "not listed",
    checks: [
      bad("identity", "it has a stack, but no entry in the inventory of ops", {
        next: "Add heliograph:hub.edges.qa to Pulumi.ops.yaml, then: npm run up",
      }),
    ],
  }),
};

export function edgeOf(kind: string, at: number, name = `edge-${at}`): EdgeReport {
  const { state = "signed", checks } = KINDS[kind]!(at);
  const environment = ["dev", "stg", "prd"][at % 3]!;
  const inventory = {
    hub: "ops",
    tenant: `tenant-${at % 7}`,
    cell: at % 2 ? "main" : "us",
    environment,
    region: ["eu-central-1", "us-east-1"][at % 2]!,
    clusterType: "workload",
    signals: ["metrics", "logs", "traces"],
    activeSeries: 200_000,
    outageSeconds: 14_400,
  };
  return {
    edge: name,
    state,
    ...(state !== "not listed" && { inventory }),
    ...subjectReport(checks),
  };
}

export function hubOf(more: readonly CheckResult[] = []): HubReport {
  const checks = [
    passed("inventory", "12 edges, deployed as in Pulumi.ops.yaml"),
    passed("gateway pods", "2 of 2 ready", {
      ready: 2,
      wanted: 2,
      versions: { kubernetes: "v1.36.3", nginx: "1.29.1" },
    }),
    passed("gateway certificate", "for ingest.example.com, 364 days left", {
      certificateDays: 364,
    }),
    passed("gateway configuration", "every pod runs 968db439, as deployed"),
    passed("limits", "every pod has the limits and retention of 7 tenants"),
    {
      ...passed("alerts", "EdgeSilent edge-1; QueueFull edge-1", {
        alerts: [
          {
            name: "EdgeSilent",
            about: "edge-1",
            severity: "critical",
            edge: "edge-1",
            cell: "main",
          },
          { name: "QueueFull", about: "edge-1", severity: "warning", edge: "edge-1", cell: "main" },
        ],
      }),
      status: "warning" as const,
      brief: "2 firing",
      next: "docs/runbooks.md says of each alert what to do",
    },
    passed("data sources", "15 data sources are answered, and each sees its own tenants"),
  ];
  const tenants = Array.from({ length: 7 }, (_, at) => `tenant-${at}`);
  return { hub: "ops", tenants, ...subjectReport(replaced([...checks], ...more)) };
}

export function reportOf(hubs: readonly HubReport[], edges: readonly EdgeReport[]): Report {
  const asked = {
    at: "2026-11-30T07:36:24.000Z",
    milliseconds: 8412,
    program: "0.1.0",
    edges: [],
  };
  return { asked, ok: [...hubs, ...edges].every(({ ok }) => ok), hubs, edges };
}

/** One edge of each kind, and a few more that are well. */
export function mixedReport(): Report {
  const edges = Object.keys(KINDS).map((kind, at) => edgeOf(kind, at));
  return reportOf([hubOf()], [...edges, ...[20, 21, 22].map((at) => edgeOf("well", at))]);
}

/** A fleet of this size, of which a few edges are of each other kind. */
export function largeReport(size: number): Report {
  const others = Object.keys(KINDS).filter((kind) => kind !== "well");
  const kindOf = (at: number) =>
    at % 12 === 5 ? others[((at / 12) % others.length) | 0]! : "well";
  const edges = Array.from({ length: size }, (_, at) => edgeOf(kindOf(at), at));
  return reportOf([hubOf()], edges);
}
