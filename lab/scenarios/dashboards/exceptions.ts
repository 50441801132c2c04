import type { Signal } from "@heliograph/heliograph";
import type { Question } from "@heliograph/heliograph/model";
import { type ClusterName, clusters } from "../../clusters/topology.js";
import { SIMULATED_ON } from "./simulated.js";

/** What the lab cannot ask at all. */
export const NOT_ASKED: Readonly<Partial<Record<Signal, string>>> = {
  traces: "the lab's Tempo 1.5 has no TraceQL",
};

/** Clusters that have what a dashboard or a panel needs, by the option that it names. */
const HAS: Readonly<Record<string, readonly ClusterName[]>> = {
  demo: ["dev", "prd"],
  slos: ["dev", "prd"],
  "sources.dcgm": [SIMULATED_ON],
  "sources.annotated or sources.monitors, with a metric model_inference_duration_seconds": [
    SIMULATED_ON,
  ],
  "traces.sampling: tail": ["dev", "stg", "prd"],
};

const HUB: ClusterName = "ops";
const EDGES = clusters.map(({ name }) => name).filter((name) => name !== HUB);

interface Exception {
  /** Of `dashboard/panel`. */
  readonly panel: RegExp;
  /** Of its queries, where it has others. Defaults to all of them. */
  readonly query?: RegExp;
  /** Defaults to every cluster. */
  readonly clusters?: readonly ClusterName[];
  readonly why: string;
}

const YOUNG = "a hub of some minutes has no block in its bucket, and compacts none";
const WELL = "empty where all is well, as here";
/** Of dashboards about a backend, whichever it is. */
const BACKENDS: readonly Exception[] = [
  {
    panel: /-(compactor|object-store)\/(blocks|uploaded|indexHits|retained|operations)$/,
    why: YOUNG,
  },
  { panel: /^loki\/retained$/, why: YOUNG },
  { panel: /^loki-writes\/flushes$/, why: "a hub of some minutes has flushed no chunk" },
  {
    panel: /^tempo(-compactor)?\/(blocks|compacted|outstanding|bytes|blocksByTenant)$/,
    why: YOUNG,
  },
  { panel: /^tempo-reads\/queue$/, why: "Tempo has it of tenants who ask just now" },
  { panel: /^tempo\/members$/, why: "the lab's Tempo 1.5 calls it cortex_ring_members" },
  {
    panel: /\/(discarded|queryErrors|pushErrors|errors|polls|halted|failures|loadFailures)$/,
    why: WELL,
  },
];
const EXCEPTIONS: readonly Exception[] = [
  {
    panel: /^(mimir|loki|tempo)(-[a-z-]+)?\//,
    clusters: EDGES,
    why: "the hub's pods run in ops, and no other cluster has them",
  },
  {
    panel: /^(cortex|thanos)(-[a-z-]+)?\//,
    why: "this hub stores metrics in Mimir; scenarios cortex and thanos-hub ask these panels",
  },
  {
    panel: /^(fleet|operations|clusters)\/(byEnvironment|alertTable|alertsOverTime|alerts)$/,
    why: `${WELL}; no alert fires`,
  },
  { panel: /^slos\/firing$/, why: `${WELL}; no alert fires` },
  {
    panel: /\/(targetsDown|missing|reasons|waitingByPod|failedJobs|pending|lastEnd|ended)$/,
    why: WELL,
  },
  { panel: /^pipeline\/(lost|lostByCollector|rejections)$/, why: WELL },
  { panel: /^cluster\/(runtimeErrors|conditions)$|^namespace\/restartsByPod$/, why: WELL },
  { panel: /^(fleet|clusters)\/matrix$/, query: /== 0\)$/, why: WELL },
  {
    panel: /^environments\/(imageTable|replicaTable|requestDrift)$/,
    why: "compares environments, and one cluster is of one",
  },
  {
    panel: /^(applications|traces)\/|^environments\/(requests|errors|p95)$|^operations\/errors$/,
    clusters: [HUB],
    why: "no application of ops is traced",
  },
  { panel: /^logs\/errorsByApp$/, clusters: [HUB], why: "no application of ops logs errors" },
  {
    panel: /\/disk(Reads|Writes)$/,
    why: "containers of the lab have no block devices of their own",
  },
  { panel: /^capacity\/growth$/, why: "compares with a week ago, when there was no lab" },
];

/** Why a panel is empty for a cluster of the lab, where that is as it should be. */
export function emptyFor(question: Question, cluster: ClusterName): string | undefined {
  const { dashboard, needs } = question;
  if (needs !== undefined && !(HAS[needs] ?? []).includes(cluster)) return `needs ${needs}`;
  const hub = /^(mimir|loki|tempo)(-[a-z-]+)?$/.test(dashboard) ? BACKENDS : [];
  return why([...EXCEPTIONS, ...hub], question, cluster);
}

/** The same for the dashboards of the backends that a hub has just now. */
export function emptyBackend(question: Question, cluster: ClusterName): string | undefined {
  const { needs } = question;
  return needs === undefined ? why(BACKENDS, question, cluster) : `needs ${needs}`;
}

function why(
  all: readonly Exception[],
  { dashboard, panel, text }: Question,
  cluster: ClusterName,
): string | undefined {
  return all.find(
    ({ panel: of, query = /./, clusters: only = [cluster] }) =>
      of.test(`${dashboard}/${panel}`) && query.test(text) && only.includes(cluster),
  )?.why;
}
