import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../components/backends/requests";
import { edgeChecks } from "../../../src/cli/commands/verify/checks";
import { collectorQueue, collectors } from "../../../src/cli/commands/verify/checks/collectors";
import { correlation } from "../../../src/cli/commands/verify/checks/traces";
import { clustersOf, newestLine } from "../../../src/cli/commands/verify/checks/logs";
import { type Collector, edgeView, type EdgeView } from "../../../src/cli/commands/verify/edge";
import { hubView } from "../../../src/cli/commands/verify/hub";
import type { ClusterView } from "../../../src/cli/cluster/cluster";
import { answeredBy, clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

const entry = entryOf("dev", { signals: ["metrics", "logs", "traces"] });
const labels = {
  cluster: "dev",
  environment: "dev",
  region: "lab",
  cluster_type: "workload",
  tenant_id: "dev",
};
const noAgents = async () => [];

interface Stored {
  /** Seconds ago. */
  readonly line?: { readonly age: number; readonly labels?: Record<string, string> };
  readonly wrongStreams?: (selector: string) => readonly object[];
  readonly metrics?: (promql: string) => readonly Sample[];
  readonly exemplars?: readonly string[];
  readonly traces?: readonly string[];
  /** Traces that a line names. */
  readonly logged?: readonly string[];
}

async function edgeWith({
  line,
  wrongStreams = () => [],
  metrics = () => [],
  exemplars = [],
  traces = [],
  logged = [],
}: Stored): Promise<EdgeView> {
  const nanoseconds = (age: number) => `${BigInt(Date.now() - age * 1000) * 1_000_000n}`;
  const linesOf = (query: string) => {
    const trace = /trace_id="(\w+)"/.exec(query)?.[1];
    if (trace) return logged.includes(trace) ? [{ stream: labels, values: [["1", "a line"]] }] : [];
    return line
      ? [{ stream: line.labels ?? labels, values: [[nanoseconds(line.age), "a line"]] }]
      : [];
  };
  const endpoint = await servers.json(({ pathname, searchParams }) => {
    if (pathname.endsWith("/query_range"))
      return { data: { result: linesOf(searchParams.get("query") ?? "") } };
    if (pathname.endsWith("/series"))
      return { data: wrongStreams(searchParams.get("match[]") ?? "") };
    if (pathname.endsWith("/query_exemplars")) {
      const timestamp = Date.now() / 1000 - 300;
      return {
        data: [{ exemplars: exemplars.map((id) => ({ labels: { trace_id: id }, timestamp })) }],
      };
    }
    const found = traces.includes(pathname.split("/").at(-1) ?? "");
    return found
      ? { batches: [{ scopeSpans: [{ spans: [{ name: "a", spanId: "" }] }] }] }
      : undefined;
  });
  const answering = await servers.mimir(metrics);
  const view = hubView("ops", clusterOf(), contractOf({ dev: entry }));
  const answered = answeredBy(view, { metrics: endpoint, logs: endpoint, traces: endpoint });
  const mimir = Object.assign(await answered.metrics("main"), {
    query: answering.query.bind(answering),
  });
  const hub = { ...answered, metrics: async () => mimir };
  const collectors = async () => [{ name: "otel-agent", configHash: "a", pods: [] }];
  return { ...edgeView("dev", entry, hub, undefined), agents: noAgents, collectors };
}

describe("which checks an edge has", () => {
  const namesOf = (
    signals: readonly ("metrics" | "logs" | "traces")[] | undefined,
    sends?: ["metrics", "traces"],
  ) => {
    const own = entryOf("dev", signals ? { signals: [...signals] } : {});
    const home = sends && { stack: "dev", context: "dev", cluster: () => clusterOf(), sends };
    const edge = edgeView("dev", own, hubView("ops", clusterOf(), contractOf({ dev: own })), home);
    return edgeChecks(edge, 60)
      .map(({ name }) => name)
      .slice(9);
  };

  it("depends on what its hub takes and on what it sends itself", () => {
    expect(namesOf(undefined)).toEqual([]);
    expect(namesOf(["metrics", "logs"])).toEqual([
      "log line",
      "newest line",
      "collectors",
      "collector queue",
    ]);
    const [all, withoutLogs] = [
      namesOf(entry.signals),
      namesOf(entry.signals, ["metrics", "traces"]),
    ];
    expect(all).toEqual([
      "log line",
      "newest line",
      "trace",
      "collectors",
      "collector queue",
      "correlation",
    ]);
    expect(withoutLogs).toEqual(["log line", "trace", "collectors", "collector queue"]);
  });
});

describe("the newest line", () => {
  it("is as old as it is, with its labels", async () => {
    expect(await newestLine.run(await edgeWith({ line: { age: 3 } }))).toMatchObject({
      status: "passed",
      brief: "3 s",
    });
    expect(await newestLine.run(await edgeWith({ line: { age: 2000 } }))).toMatchObject({
      status: "warning",
    });
  });

  it("is missed, and a label of it too", async () => {
    expect(await newestLine.run(await edgeWith({}))).toMatchObject({
      status: "failed",
      detail: "tenant dev has no line of cluster dev from the last hour",
    });
    const { cluster, environment, cluster_type, tenant_id } = labels;
    const rest = { cluster, environment, cluster_type, tenant_id };
    expect(await newestLine.run(await edgeWith({ line: { age: 3, labels: rest } }))).toMatchObject({
      status: "failed",
      detail: "the newest line has region wrong, or not at all",
    });
  });

  it("is not all that is looked at: no stream may be another edge's, or have a label wrong", async () => {
    const wrongStreams = (selector: string) => (selector.includes('region!="lab"') ? [{}, {}] : []);
    expect(await newestLine.run(await edgeWith({ line: { age: 3 }, wrongStreams }))).toMatchObject({
      status: "failed",
      detail: '2 streams match {cluster="dev", region!="lab"}',
    });
    const mates = { dev: entry, blue: entryOf("dev"), prd: entryOf("prd") };
    expect(clustersOf("dev", mates)).toEqual(["dev", "blue"]);
  });
});

describe("collectors", () => {
  const pod = (name: string, configHash: string, ready = true) => ({ name, ready, configHash });
  const edgeOf = async (...deployed: Collector[]) => ({
    ...(await edgeWith({})),
    collectors: async () => deployed,
  });

  it("run what was deployed", async () => {
    const agent = { name: "otel-agent", configHash: "new", pods: [pod("otel-agent-x", "new")] };
    expect(await collectors.run(await edgeOf(agent))).toMatchObject({
      status: "passed",
      brief: "1 ready",
    });
    const pods = [pod("otel-agent-x", "old"), pod("otel-agent-y", "new", false)];
    expect(await collectors.run(await edgeOf({ ...agent, pods }))).toMatchObject({
      status: "pending",
      detail: "otel-agent-x runs old, deployed is new; otel-agent-y is not ready",
      next: "kubectl --context dev --namespace heliograph-node describe pods --selector app.kubernetes.io/instance=otel-agent",
    });
  });

  it("have a pod each, and there is one at all", async () => {
    expect(
      await collectors.run(await edgeOf({ name: "otel-gateway", configHash: "a", pods: [] })),
    ).toMatchObject({
      status: "failed",
      detail: "otel-gateway has no pod",
      next: "kubectl --context dev --namespace heliograph describe statefulsets,daemonsets --selector app.kubernetes.io/instance=otel-gateway",
    });
    expect(await collectors.run(await edgeOf())).toMatchObject({
      status: "warning",
      next: "npm run up -- dev",
    });
  });

  it("are found by their ConfigMaps", async () => {
    const annotations = { "heliograph.dev/config-hash": "new" };
    const configMap: ClusterView["configMap"] = async (_, name) =>
      name === "otel-agent" ? { metadata: { annotations } } : undefined;
    const cluster = () => clusterOf({ configMap, pods: async () => [pod("otel-agent-x", "new")] });
    const edge = edgeView("dev", entry, hubView("ops", clusterOf(), contractOf({ dev: entry })), {
      stack: "dev",
      context: "dev",
      cluster,
    });
    expect(await edge.collectors()).toEqual([
      { name: "otel-agent", configHash: "new", pods: [pod("otel-agent-x", "new")] },
    ]);
  });
});

describe("the queue of the collectors", () => {
  const metrics =
    (share: number, lost = 0) =>
    (promql: string) =>
      promql.startsWith("max") ? [{ labels: {}, value: share }] : [{ labels: {}, value: lost / 3 }];

  it("is behind by its share of the outage that it has room for", async () => {
    expect(await collectorQueue(60).run(await edgeWith({ metrics: metrics(0.01) }))).toMatchObject({
      status: "passed",
      brief: "36 s",
    });
    expect(await collectorQueue(60).run(await edgeWith({ metrics: metrics(0.1) }))).toMatchObject({
      status: "pending",
      detail: "10.0 % of the fullest queue, about 360 s behind, nothing refused for good",
    });
  });

  it("is none where another agent reads the logs", async () => {
    const collectors = async () => [{ name: "promtail", configHash: "a", pods: [] }];
    expect(await collectorQueue(60).run({ ...(await edgeWith({})), collectors })).toMatchObject({
      brief: "none",
    });
  });

  it("has refused nothing for good, and is not silent", async () => {
    expect(await collectorQueue(60).run(await edgeWith({ metrics: metrics(0, 12) }))).toMatchObject(
      {
        status: "failed",
        detail: "12 items refused for good within the last hour",
      },
    );
    expect(await collectorQueue(60).run(await edgeWith({}))).toMatchObject({ status: "pending" });
  });
});

describe("the way from a metric to a line", () => {
  const metrics = () => [{ labels: {}, value: 3 }];
  const [sampledOut, kept] = ["a".repeat(32), "b".repeat(32)];

  it("leads through a trace that was kept", async () => {
    const edge = await edgeWith({
      metrics,
      exemplars: [sampledOut, kept],
      traces: [kept],
      logged: [kept],
    });
    expect(await correlation.run(edge)).toEqual({
      status: "passed",
      brief: "1 line",
      detail: `exemplar, trace ${kept} with 1 span, 1 log line`,
    });
  });

  it.each<[string, Stored, object]>([
    ["no spans", {}, { status: "passed", brief: "no spans" }],
    ["no exemplar", { metrics }, { status: "pending" }],
    ["no trace", { metrics, exemplars: [sampledOut] }, { status: "warning", brief: "no trace" }],
    [
      "no line",
      { metrics, exemplars: [kept], traces: [kept] },
      { status: "warning", brief: "no lines" },
    ],
  ])("may end: %s", async (_, stored, outcome) => {
    expect(await correlation.run(await edgeWith(stored))).toMatchObject(outcome);
  });
});
