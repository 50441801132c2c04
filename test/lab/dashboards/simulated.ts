import { allDashboards, panelsOf, type Query, type Question } from "../../../components/model";
import type { Source } from "../../../lab/dashboards/index.js";
import type { Answered, TimeRange } from "../../../lab/scenarios/dashboards/answers.js";

/**
 * Stands in for the lab: evaluates nothing, and answers each question with series that have the
 * labels that it asks for, and values that its unit makes likely. The same question has the same
 * answer.
 */
export const simulated: Source = {
  ask: async (question, over) => {
    const series = seriesFor(question, over);
    return { labels: series.map(({ labels }) => labels), series };
  },
  whyNotAsked: () => undefined,
  whyEmpty: () => undefined,
};

const DASHBOARDS = allDashboards();
const CLUSTERS = ["dev", "ops", "prd", "stg"];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  tenant_id: CLUSTERS,
  cluster: CLUSTERS,
  environment: CLUSTERS,
  region: ["eu-central-1", "us-east-1"],
  namespace: ["checkout", "heliograph-agent", "heliograph-hub", "kube-system"],
  k8s_namespace_name: ["checkout", "shop"],
  pod: ["checkout-7c9d8f6b5d-x2x9k", "mimir-ingester-zone-a-0", "node-exporter-8jq2w"],
  node: ["dev-node", "a-node-with-a-name-as-long-as-kubernetes-lets-it-be.eu-central-1.internal"],
  service_name: ["cart", "checkout", "payments", "recommendations-of-the-day"],
  slo: ["checkout", "search"],
  le: ["0.005", "0.025", "0.1", "0.25", "1", "2.5", "10", "+Inf"],
  level: ["debug", "error", "info", "unknown", "warn"],
  severity: ["critical", "warning"],
  alertname: ["ErrorBudgetBurnsFast", "NodeDown", "PodCrashLooping"],
  reason: ["OOMKilled", "per_user_series_limit"],
};

/** By unit, values around which those of series are. */
const NORMAL: Readonly<Record<string, number>> = {
  percentunit: 0.4,
  percent: 40,
  bytes: 3e9,
  decbytes: 3e9,
  Bps: 2e6,
  s: 0.25,
  ms: 120,
  d: 40,
  celsius: 55,
  watt: 210,
  rotmhz: 1500,
  short: 1200,
};

function seriesFor(question: Question, over: TimeRange): Answered[] {
  const { dashboard, panel, signal, text, instant } = question;
  const found = queryOf(question);
  const random = randomFrom(`${dashboard} ${panel} ${text}`);
  if (found?.kind === "logs") return [lines(over, random)];
  if (found?.kind === "nodeGraph") return calls(over);
  if (signal === "traces") return traces(over, random);
  const normal = found?.texts ? undefined : (NORMAL[found?.unit ?? "short"] ?? 40);
  return labelSets(labelsOf(text, found), random).map((labels) => {
    const level = normal === undefined ? 0 : normal * (0.3 + 1.2 * random());
    const phase = random() * 6;
    const wave = (at: number) => 1 + 0.15 * Math.sin(at / 700 + phase) + 0.06 * random();
    const value = (at: number) => (normal === undefined ? state(random) : level * wave(at));
    const times = instant ? [over.to] : timesOf(over);
    return { labels, points: times.map((at) => [at, String(value(at))] as const) };
  });
}

interface Found {
  readonly kind: string;
  readonly unit: string;
  readonly texts: boolean;
  readonly query: Query;
}

/** Those of variables belong to no panel. */
function queryOf({ dashboard, panel, text }: Question): Found | undefined {
  const board = DASHBOARDS.find(({ name }) => name === dashboard);
  const found = board && panelsOf(board).find(([name]) => name === panel)?.[1];
  if (!found) return undefined;
  const same = (query: Query) => words(query.text) === words(text);
  const query = found.queries.find(same) ?? found.queries[0]!;
  const { kind, unit, texts } = found;
  return { kind, unit: query.unit ?? unit, texts: texts !== undefined, query };
}

/** What variables and their values leave of a query. */
const words = (text: string) => text.replace(/"[^"]*"|\[[^\]]*\]|\$\{?\w+\}?|[\d.]+/g, "");

/** The labels that an answer has: those of its legend, or those that its rows are summed by. */
function labelsOf(text: string, found: Found | undefined): string[] {
  const [, by = ""] = /\bby \(([^)]*)\)/.exec(text) ?? [];
  const summed = by.split(/,\s*/).filter((label) => label !== "" && label !== "le");
  if (!found || found.kind === "table") return summed;
  return [...found.query.legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
}

function labelSets(labels: readonly string[], random: () => number): Record<string, string>[] {
  if (labels.length === 0) return [{}];
  const few = labels.includes("le") ? VALUES["le"]!.length : 3 + Math.floor(random() * 6);
  const sets = Array.from({ length: few }, (_, index) =>
    Object.fromEntries(
      labels.map((label, place) => {
        const values = VALUES[label] ?? ["a", "b", "c"].map((end) => `${label}-${end}`);
        return [label, values[(index + place * (index > 3 ? 1 : 0)) % values.length]!];
      }),
    ),
  );
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()];
}

const state = (random: () => number) => (random() < 0.06 ? 0 : 1);

function timesOf({ from, to, step }: TimeRange): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
}

function lines({ to }: TimeRange, random: () => number): Answered {
  const texts = [
    'level=info ts=2026-11-30T10:00:00Z caller=flush.go:304 msg="flushing stream" user=dev',
    '{"level":"error","msg":"payment was declined","trace":"4bf92f3577b34da6a3ce929d0e0e4736"}',
    "127.0.0.1 - - [30/Nov/2026:10:00:00 +0000] \"GET /<script>alert('x')</script> HTTP/1.1\" 404",
    `java.lang.IllegalStateException: ${"a-word-without-a-place-to-break".repeat(6)}`,
  ];
  const labels = { cluster: "dev", namespace: "checkout", pod: "checkout-7c9d8f6b5d-x2x9k" };
  return {
    labels: { ...labels, level: "error" },
    points: Array.from({ length: 60 }, (_, index) => {
      return [to - index * 7.3, texts[Math.floor(random() * texts.length)]!] as const;
    }),
  };
}

function traces({ to }: TimeRange, random: () => number): Answered[] {
  return Array.from({ length: 12 }, (_, index) => ({
    labels: {
      traceID: `4bf92f3577b34da6a3ce929d0e0e47${index + 10}`,
      service: VALUES["service_name"]![index % 4]!,
      name: "POST /checkout",
    },
    points: [[to, String(40 + random() * 2000)] as const],
  }));
}

function calls({ to }: TimeRange): Answered[] {
  const pairs = ["user shop", "shop cart", "shop checkout", "checkout payments", "cart redis"];
  return pairs.map((pair, index) => {
    const [client = "", server = ""] = pair.split(" ");
    return { labels: { cluster: "dev", client, server }, points: [[to, String(index + 1)]] };
  });
}

/** Numbers from 0 to 1, which are the same for the same text. */
function randomFrom(text: string): () => number {
  let seed = [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
}
