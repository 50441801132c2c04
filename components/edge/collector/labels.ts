import { EDGE_LABELS, LOG_LABELS, LOG_METADATA, type EdgeLabels } from "../../contract/names";
import {
  APP_LABELS,
  FOUND_IN_LINES,
  LEVELS,
  REPLACEMENT,
  SERVICE_ANNOTATION,
  UNKNOWN_LEVEL,
  type LogPipeline,
} from "../logs/pipeline";
import type { EdgeRedactArgs } from "../logs/args";

/** The collector reads `$` in its configuration as the start of a variable, and `$$` as `$`. */
export function literal(value: string): string {
  return value.replaceAll("$", "$$$$");
}

/** Statements of the transformation language (OTTL) for one level of the data. */
interface Statements {
  readonly context: "resource" | "log" | "span" | "datapoint";
  readonly statements: readonly string[];
}

function text(value: string): string {
  return JSON.stringify(literal(value));
}

const resource = (name: string) => `resource.attributes[${text(name)}]`;
const inLog = (name: string) => `log.attributes[${text(name)}]`;

/** Attributes that carry what a pod's labels and annotations say, as far as the transformation. */
const FOUND = "heliograph.found.";

/**
 * Asks the API server for the pods of this node, and finds the one that sends or that wrote a file.
 */
export const k8sAttributes = {
  auth_type: "serviceAccount",
  filter: { node_from_env_var: "NODE_NAME" },
  // Nothing passes before the pods are known: what passed would lack its labels for ever.
  wait_for_metadata: true,
  wait_for_metadata_timeout: "1m",
  // The names of deployments would need permission to list them; the labels of their pods say more.
  extract: {
    metadata: ["k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.node.name"],
    labels: APP_LABELS.map((key) => ({ tag_name: `${FOUND}${key}`, key, from: "pod" })),
    annotations: [{ tag_name: `${FOUND}service`, key: SERVICE_ANNOTATION, from: "pod" }],
  },
  pod_association: [
    { sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] },
    { sources: [{ from: "connection" }] },
  ],
} as const;

/** Whatever the application says: the five labels are the edge's. */
function edgeLabels(labels: EdgeLabels, target: (name: string) => string): string[] {
  return EDGE_LABELS.map((name) => `set(${target(name)}, ${text(labels[name])})`);
}

/**
 * `service.name`: what the application calls itself, else what its pod's annotation says, else
 * `app`.
 */
function serviceName(app: string): string[] {
  const name = resource("service.name");
  const unset = `${name} == nil or IsMatch(${name}, "^unknown_service")`;
  return [`${FOUND}service`, app].map(
    (from) => `set(${name}, ${resource(from)}) where ${resource(from)} != nil and (${unset})`,
  );
}

/** The name of the application: the last of these that there is. */
function setApp(target: string): string[] {
  const sources = [
    "k8s.container.name",
    ...[...APP_LABELS].reverse().map((label) => `${FOUND}${label}`),
  ];
  return sources.map(
    (from) => `set(${resource(target)}, ${resource(from)}) where ${resource(from)} != nil`,
  );
}

const forget = (target: string, pattern: string) =>
  `delete_matching_keys(${target}, ${text(pattern)})`;
const FORGET_FOUND = forget("resource.attributes", "^heliograph\\.found\\.");

/** Names that the edge gives out itself; what an application puts there is not taken. */
const OWN_NAMES = [...LOG_LABELS, ...LOG_METADATA].filter(
  (name) => !(EDGE_LABELS as readonly string[]).includes(name),
);

/**
 * Makes the labels of `LOG_LABELS` resource attributes, by the names that a backend of logs gives
 * them (an OTLP intake makes `service_name` of `service.name`), and `LOG_METADATA` what is not
 * indexed. `stream` and `level` are attributes of lines here; `groupByLabels` moves them to their
 * resource.
 */
export function logStatements({ labels, redact }: LogPipeline): Statements[] {
  const copies = {
    namespace: "k8s.namespace.name",
    container: "k8s.container.name",
    pod: "k8s.pod.name",
    node: "k8s.node.name",
  };
  return [
    {
      context: "resource",
      statements: [
        forget("resource.attributes", `^(${OWN_NAMES.join("|")})$`),
        ...edgeLabels(labels, resource),
        ...Object.entries(copies).map(
          ([name, from]) =>
            `set(${resource(name)}, ${resource(from)}) where ${resource(from)} != nil`,
        ),
        ...setApp("app"),
        ...serviceName("app"),
        `set(${resource("app")}, ${resource("service.name")}) where ${resource("app")} == nil`,
        FORGET_FOUND,
        forget("resource.attributes", "^k8s\\."),
      ],
    },
    {
      context: "log",
      statements: [
        // Rules for lines need text, and backends of logs store text.
        "set(log.body, log.body.string) where not IsString(log.body)",
        forget("log.attributes", "^(stream|level)$"),
        `set(${inLog("stream")}, ${inLog("log.iostream")}) where IsMatch(${inLog("log.iostream")}, "^std(out|err)$")`,
        forget("log.attributes", "^(log\\.iostream|logtag|log\\.file\\.(path|name))$"),
        ...found(),
        ...redact.flatMap(({ pattern, replacement = REPLACEMENT }) => [
          `replace_pattern(log.body, ${text(pattern)}, ${text(replacement)})`,
          `replace_all_patterns(log.attributes, "value", ${text(pattern)}, ${text(replacement)})`,
        ]),
      ],
    },
  ];
}

const SEVERITIES = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

/** Severity and trace of a line that came without, and the label `level` of every line. */
function found(): string[] {
  const cache = (name: string) => `log.cache[${text(name)}]`;
  const extract = (name: keyof typeof FOUND_IN_LINES, where: string) =>
    `merge_maps(log.cache, ExtractPatterns(log.body, ${text(FOUND_IN_LINES[name])}), "upsert") where ${where}`;
  return [
    extract("level", "log.severity_number == 0"),
    `set(${cache("level")}, ConvertCase(${cache("level")}, "lower")) where ${cache("level")} != nil`,
    ...Object.entries(LEVELS).map(
      ([spelling, level]) =>
        `set(log.severity_number, ${SEVERITIES[level]}) where ${cache("level")} == ${text(spelling)}`,
    ),
    `set(${inLog("level")}, ${text(UNKNOWN_LEVEL)})`,
    ...Object.entries(SEVERITIES).map(
      ([level, from]) =>
        `set(${inLog("level")}, ${text(level)}) where log.severity_number >= ${from} and log.severity_number < ${from + 4}`,
    ),
    ...Object.entries({ trace_id: 32, span_id: 16 } as const).flatMap(([name, digits]) => [
      extract(name as "trace_id" | "span_id", `log.${name}.string == "${"0".repeat(digits)}"`),
      `set(log.${name}.string, ${cache(name)}) where ${cache(name)} != nil`,
    ]),
  ];
}

/** Conditions of lines that are not sent; they see the lines as they came. */
export function dropConditions({ drop }: LogPipeline): string[] {
  return drop.map(({ pattern, namespace, container }) =>
    [
      `IsMatch(log.body, ${text(pattern)})`,
      ...(namespace ? [`${resource("k8s.namespace.name")} == ${text(namespace)}`] : []),
      ...(container ? [`${resource("k8s.container.name")} == ${text(container)}`] : []),
    ].join(" and "),
  );
}

/** Labels of lines, moved to their resource: backends of logs make labels of these alone. */
export const groupByLabels = { keys: ["stream", "level"] } as const;

/** Spans and metrics keep OpenTelemetry's names for what runs where. */
export function resourceStatements(labels: EdgeLabels): Statements {
  return {
    context: "resource",
    statements: [
      ...setApp(`${FOUND}application`),
      ...serviceName(`${FOUND}application`),
      FORGET_FOUND,
      ...edgeLabels(labels, resource),
    ],
  };
}

export function spanStatements(redact: readonly EdgeRedactArgs[]): Statements[] {
  if (redact.length === 0) return [];
  const statements = redact.map(
    ({ pattern, replacement = REPLACEMENT }) =>
      `replace_all_patterns(span.attributes, "value", ${text(pattern)}, ${text(replacement)})`,
  );
  return [{ context: "span", statements }];
}

/** Backends of metrics make no labels of resource attributes: labels have to be on the point. */
export function pointStatements(labels: EdgeLabels, more: readonly string[] = []): Statements {
  const statements = edgeLabels(labels, (name) => `datapoint.attributes[${text(name)}]`);
  return { context: "datapoint", statements: [...statements, ...more] };
}

/**
 * Tells the counts of one collector from those of the others: each sees a part of the spans.
 * `INSTANCE` is the name that it keeps.
 */
export const BY_COLLECTOR = ['set(datapoint.attributes["collector"], "${env:INSTANCE}")'];
