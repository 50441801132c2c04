import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../contract/names";
import { DURATION, DURATION_EXPECTED, toSeconds } from "../kit/duration";
import { isLinePattern, LINE_PATTERN_EXPECTED } from "../kit/line-pattern";
import { QUANTITY, QUANTITY_EXPECTED } from "../kit/quantity";
import type { EdgeAgentArgs } from "./args";
import type { EdgeExporterArgs } from "./collector/args";
import type { EdgeLogsArgs } from "./logs/args";
import type { EdgeTracesArgs } from "./traces/args";

/** Something that does not fit, with an example of what would. */
export interface TelemetryProblem {
  readonly path: readonly (string | number)[];
  readonly got: unknown;
  readonly expected: string;
  readonly example: unknown;
}

type Args = Pick<EdgeAgentArgs, "logs" | "traces" | "exporters">;

/** Everything that is wrong with what is said of logs, traces and their destinations. */
export function telemetryProblems({
  logs = {},
  traces = {},
  exporters = [],
}: Args): TelemetryProblem[] {
  return [
    ...logProblems(logs),
    ...traceProblems(traces),
    ...exporters.flatMap((exporter, index) =>
      exporterProblems(exporter, index, exporters.slice(0, index), logs),
    ),
  ];
}

function unless(
  fits: boolean,
  path: TelemetryProblem["path"],
  got: unknown,
  expected: string,
  example: unknown,
) {
  return fits ? [] : [{ path, got, expected, example }];
}

function patternProblem(path: TelemetryProblem["path"], pattern: string): TelemetryProblem[] {
  return unless(isLinePattern(pattern), path, pattern, LINE_PATTERN_EXPECTED, "card=\\d+");
}

function quantityProblem(
  path: TelemetryProblem["path"],
  quantity: string | undefined,
): TelemetryProblem[] {
  return unless(
    quantity === undefined || QUANTITY.test(quantity),
    path,
    quantity,
    QUANTITY_EXPECTED,
    "20Gi",
  );
}

function logProblems({
  agent = "otel",
  disk,
  multiline = [],
  drop = [],
  redact = [],
}: EdgeLogsArgs) {
  const why =
    "nothing, since agent is fluent-bit, which has no filter that replaces text; the others have";
  return [
    ...quantityProblem(["logs", "disk"], disk),
    ...multiline.flatMap(({ firstLine }, index) =>
      patternProblem(["logs", "multiline", index, "firstLine"], firstLine),
    ),
    ...drop.flatMap(({ pattern }, index) =>
      patternProblem(["logs", "drop", index, "pattern"], pattern),
    ),
    ...redact.flatMap(({ pattern }, index) =>
      patternProblem(["logs", "redact", index, "pattern"], pattern),
    ),
    ...unless(agent !== "fluent-bit" || redact.length === 0, ["logs", "redact"], redact, why, []),
  ];
}

function traceProblems(traces: EdgeTracesArgs): TelemetryProblem[] {
  const {
    tier,
    sampling,
    samplingPercentage: percentage,
    gatewayReplicas: replicas,
    redact = [],
    disk,
  } = traces;
  const duration = (field: "decisionWait" | "slowerThan", example: string) => {
    const value = traces[field];
    const fits = value === undefined || (DURATION.test(value) && toSeconds(value) > 0);
    return unless(fits, ["traces", field], value, DURATION_EXPECTED, example);
  };
  const inRange = percentage === undefined || (percentage >= 0 && percentage <= 100);
  const whole =
    replicas === undefined || (Number.isInteger(replicas) && replicas >= 1 && replicas <= 20);
  const wholeTraces =
    "probabilistic or none, since tier is agent: the collector of a node does not see whole traces";
  return [
    ...unless(inRange, ["traces", "samplingPercentage"], percentage, "a number from 0 to 100", 5),
    ...unless(whole, ["traces", "gatewayReplicas"], replicas, "a whole number from 1 to 20", 2),
    ...unless(
      tier !== "agent" || sampling !== "tail",
      ["traces", "sampling"],
      sampling,
      wholeTraces,
      "probabilistic",
    ),
    ...duration("decisionWait", "10s"),
    ...duration("slowerThan", "2s"),
    ...redact.flatMap(({ pattern }, index) =>
      patternProblem(["traces", "redact", index, "pattern"], pattern),
    ),
    ...quantityProblem(["traces", "disk"], disk),
  ];
}

function exporterProblems(
  { name, kind, endpoint, signals = [], secretName }: EdgeExporterArgs,
  index: number,
  before: readonly EdgeExporterArgs[],
  { agent = "otel" }: EdgeLogsArgs,
): TelemetryProblem[] {
  const at = (field: keyof EdgeExporterArgs) => ["exporters", index, field];
  const alone = name !== "hub" && !before.some((other) => other.name === name);
  const address = URL.canParse(endpoint) && endpoint.startsWith("https://");
  const takesLogs = signals.length === 0 || signals.includes("logs");
  return [
    ...unless(DNS_LABEL.test(name), at("name"), name, DNS_LABEL_EXPECTED, "splunk"),
    ...unless(
      alone,
      at("name"),
      name,
      "a name that no other destination has, and not hub",
      `${name}-2`,
    ),
    ...unless(address, at("endpoint"), endpoint, "an https address", "https://otlp.example.com"),
    ...unless(
      kind === "otlp" || Boolean(secretName),
      at("secretName"),
      secretName,
      `the Secret with the token, which ${kind} asks for`,
      "token",
    ),
    ...unless(
      kind !== "splunk" || !signals.includes("traces"),
      at("signals"),
      signals,
      "logs alone, since kind is splunk",
      ["logs"],
    ),
    ...unless(
      agent === "otel" || !takesLogs,
      at("signals"),
      signals,
      `traces alone, since logs.agent is ${agent}: its logs go to the hub only`,
      ["traces"],
    ),
  ];
}
