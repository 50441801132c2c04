import type { EdgeLabels } from "../../contract/names";
import type {
  EdgeLogDropArgs,
  EdgeLogSelectorArgs,
  EdgeMultilineArgs,
  EdgeRedactArgs,
} from "./args";

/**
 * The task of an edge's log agent, whichever it is. Each agent translates it into its own
 * configuration.
 */
export interface LogPipeline {
  readonly labels: EdgeLabels;
  /**
   * Namespace of the agent. Its own logs are not read: each failure to send would be one more line
   * to send.
   */
  readonly nodeNamespace: string;
  readonly multiline: readonly EdgeMultilineArgs[];
  readonly drop: readonly EdgeLogDropArgs[];
  readonly redact: readonly EdgeRedactArgs[];
  /** The section with which another agent than the collector writes to the hub's log backend. */
  readonly output?: object | undefined;
}

export const POD_LOGS = "/var/log/pods";

/**
 * Files of containers, as kubelet names them: `<namespace>_<pod>_<uid>/<container>/<restart>.log`,
 * with `.<time>` added when it is full.
 */
export function logFiles({ namespace = "*", container = "*" }: EdgeLogSelectorArgs = {}): string[] {
  const folder = `${POD_LOGS}/${namespace}_*_*/${container}`;
  return [`${folder}/*.log`, `${folder}/*.log.2*`];
}

/** Full files, once kubelet has compressed them. */
export const PACKED_FILES = [`${POD_LOGS}/*/*/*.gz`, `${POD_LOGS}/*/*/*.tmp`];

export function ownFiles(
  agent: string,
  { nodeNamespace }: Pick<LogPipeline, "nodeNamespace">,
): string {
  return `${POD_LOGS}/${nodeNamespace}_${agent}-*_*/*/*`;
}

export const REPLACEMENT = "***";

/** Labels that name an application, best first; the name of the container is the last resort. */
export const APP_LABELS = ["app.kubernetes.io/name", "app"] as const;
/**
 * Annotation that names the service of applications which do not say it themselves, as for
 * OpenTelemetry's own operator. `app` is the last resort.
 */
export const SERVICE_ANNOTATION = "resource.opentelemetry.io/service.name";

/**
 * Expressions for lines: a level after its key, or at the start behind nothing but a time; the ids
 * of a trace after their keys. RE2, with named groups.
 */
export const FOUND_IN_LINES = {
  level:
    '(?:(?:[Ll]evel|LEVEL|[Ll]vl|[Ss]everity|SEVERITY)"?\\s*[=:]\\s*"?|^[^a-z{]{0,64})(?P<level>(?i:trace|debug|info|warn|err|fatal|crit|panic))',
  trace_id: '(?i:trace_?id)"?\\s*[=:]\\s*"?(?P<trace_id>[0-9a-f]{32})\\b',
  span_id: '(?i:span_?id)"?\\s*[=:]\\s*"?(?P<span_id>[0-9a-f]{16})\\b',
} as const;

/** Names of levels, by the start of the text in which they are found. */
export const LEVELS = {
  trace: "trace",
  debug: "debug",
  info: "info",
  warn: "warn",
  err: "error",
  fatal: "fatal",
  crit: "fatal",
  panic: "fatal",
} as const;
export const UNKNOWN_LEVEL = "unknown";
