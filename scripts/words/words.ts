/** A word of this project, with its one meaning. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** A word that is not used, because it has another name here or several meanings. */
export interface Unused {
  readonly word: string;
  /** Matches in lower case, in prose and in identifiers that were split into words. */
  readonly pattern: RegExp;
  readonly instead: string;
}

/** A place where an unused word may stand. */
export interface Exception {
  readonly word: string;
  readonly files: RegExp;
  readonly reason: string;
}

export const WORDS: readonly Word[] = [
  {
    word: "alert rule",
    meaning:
      "a PromQL expression that raises an alert, evaluated at the hub or by an edge that keeps its metrics",
  },
  { word: "applied", meaning: "of a configuration: the cluster has it. See running" },
  { word: "backend", meaning: "a store of one signal: Mimir, Cortex, Thanos, Loki or Tempo" },
  { word: "CA", meaning: "the hub's certificate authority. Each one has a generation" },
  {
    word: "cell",
    meaning: "a complete set of backends and buckets in one region. Each tenant has one cell",
  },
  {
    word: "collector gateway",
    meaning: "the OpenTelemetry collectors of an edge that receive the traces of all its nodes",
  },
  { word: "component", meaning: "a Pulumi component resource, such as EdgeAgent" },
  {
    word: "connection state",
    meaning: "how far an edge has come with its hub: asked, waiting, signed, connected, revoked",
  },
  {
    word: "contract",
    meaning:
      "the versioned outputs `hub` and `edge` that stacks read from each other, without secrets",
  },
  {
    word: "durability",
    meaning: "how many copies of data exist before a write is acknowledged, and where",
  },
  { word: "edge", meaning: "a cluster that sends metrics, logs and traces to a hub" },
  {
    word: "federation",
    meaning: "the binary that queries metrics where they are: local stores and the global query",
  },
  { word: "gateway", meaning: "the NGINX of the hub, to which every edge writes" },
  { word: "generation", meaning: "the number of a key or of a CA. A new one has a higher number" },
  { word: "guard", meaning: "a check that rejects an update which would leave data behind" },
  { word: "hub", meaning: "the cluster that stores, and the stack that deploys it" },
  {
    word: "inventory",
    meaning: "the tenants and edges of a hub: `heliograph:hub.tenants` and `.edges`",
  },
  {
    word: "issue",
    meaning: "one thing that is wrong in what a user gave: path, got, expected, lines to paste",
  },
  {
    word: "local store",
    meaning: "Prometheus and Thanos at an edge whose metrics stay there",
  },
  {
    word: "microservice component",
    meaning: "a part of a backend that runs in pods of its own, such as the ingester",
  },
  { word: "outage", meaning: "the time without its hub that an edge survives without losing data" },
  {
    word: "pass",
    meaning: "a step of `up`: edges ask, the hub signs, a wave connects, a wave is verified",
  },
  {
    word: "program",
    meaning: "the Pulumi program of this repository. Programs of others are called by their names",
  },
  { word: "queue", meaning: "what an agent or a collector keeps on disk until the hub takes it" },
  {
    word: "running",
    meaning: "of a configuration: a pod has loaded it, possibly some time after it was applied",
  },
  { word: "signal", meaning: "metrics, logs or traces" },
  {
    word: "stack",
    meaning: "a Pulumi stack: one hub or one edge, with its file Pulumi.<stack>.yaml",
  },
  { word: "stranding", meaning: "a change of settings after which stored data cannot be read" },
  { word: "tenant", meaning: "who may read data. The gateway takes it from the certificate" },
  { word: "wave", meaning: "the edges of one environment, updated in parallel and then verified" },
  { word: "window", meaning: "the days before a certificate's end in which it is renewed" },
];

export const UNUSED: readonly Unused[] = [
  {
    word: "hand over",
    pattern: /\bhand(s|ed|ing)?[ -]over\b/,
    instead: "pass, give, send, copy",
  },
  {
    word: "in force",
    pattern: /\bin[ -]force\b/,
    instead: "applied (the cluster has it), running (a pod has loaded it)",
  },
  { word: "standing", pattern: /\bstandings?\b/, instead: "connection state, durability" },
  { word: "usual", pattern: /\busual(ly)?\b/, instead: "default, normal, most" },
  { word: "surroundings", pattern: /\bsurroundings?\b/, instead: "context, options" },
  { word: "mend", pattern: /\bmend(s|ed|ing)?\b/, instead: "fix, repair" },
  { word: "fault", pattern: /\bfault(s|y)?\b/, instead: "issue, failure" },
  { word: "problem", pattern: /\bproblems?\b/, instead: "issue" },
  { word: "trouble", pattern: /\btroubles?\b/, instead: "failure" },
  { word: "complaint", pattern: /\bcomplaints?\b/, instead: "issue, warning" },
  { word: "refusal", pattern: /\brefusals?\b/, instead: "rejection" },
  { word: "settle", pattern: /\bsettle[sd]?\b/, instead: "resolve" },
  { word: "strays", pattern: /\bstrays?\b/, instead: "unlisted" },
  { word: "begin", pattern: /\b(begin|begins|began|begun|beginning)\b/, instead: "start" },
  { word: "oneEach", pattern: /\bonce each\b/, instead: "memoize" },
];

/** Where an unused word stands for a reason. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    word: "fault",
    files: /^lab\//,
    reason: "the lab injects faults, which is the field's own term",
  },
  {
    word: "settle",
    files: /^(src\/cli\/ui|test)\//,
    reason: "PromiseSettledResult and allSettled are JavaScript's names",
  },
  {
    word: "refusal",
    files: /^(lab|test\/(programs|lab))\//,
    reason: "a rejected request is named as the gateway's log names it",
  },
  {
    word: "problem",
    files: /^(components\/rules|docs\/runbooks|components\/kit\/issues)/,
    reason: 'messages that users see say "2 problems"; they are golden files',
  },
];
