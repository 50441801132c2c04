import type { EdgeLabels } from "../../contract/names";
import type {
  EdgeLogDropArgs,
  EdgeLogSelectorArgs,
  EdgeMultilineArgs,
  EdgeRedactArgs,
} from "./args";

/** What the log agent of an edge is to do, whichever program it is. Each has a function that says the same in its own language. */
export interface LogPipeline {
  readonly labels: EdgeLabels;
  /** The hub's gateway, e.g. `https://ingest.ops.example.com`. */
  readonly url: string;
  readonly serverName: string;
  /** Where the agent runs. Its own logs are not read: each failure to send would be one more line to send. */
  readonly nodeNamespace: string;
  readonly multiline: readonly EdgeMultilineArgs[];
  readonly drop: readonly EdgeLogDropArgs[];
  readonly redact: readonly EdgeRedactArgs[];
  /** Disk for what the hub has not taken. */
  readonly queueBytes: number;
  /** How long the hub may be away. */
  readonly outageSeconds: number;
}

export const POD_LOGS = "/var/log/pods";

/** Files of containers, as kubelet names them: `<namespace>_<pod>_<uid>/<container>/<restart>.log`, and `.<time>` added when it is full. */
export function logFiles({ namespace = "*", container = "*" }: EdgeLogSelectorArgs = {}): string[] {
  const folder = `${POD_LOGS}/${namespace}_*_*/${container}`;
  return [`${folder}/*.log`, `${folder}/*.log.2*`];
}

/** What kubelet makes of a full file later on. */
export const PACKED_FILES = [`${POD_LOGS}/*/*/*.gz`, `${POD_LOGS}/*/*/*.tmp`];

export function ownFiles(
  agent: string,
  { nodeNamespace }: Pick<LogPipeline, "nodeNamespace">,
): string {
  return `${POD_LOGS}/${nodeNamespace}_${agent}-*_*/*/*`;
}

export const REPLACEMENT = "***";

/** Where the name of an application stands, best first; the name of the container is the last resort. */
export const APP_LABELS = ["app.kubernetes.io/name", "app"] as const;
/** Where the name of a service stands for what does not say it itself, as OpenTelemetry's own operator reads it. `app` is the last resort. */
export const SERVICE_ANNOTATION = "resource.opentelemetry.io/service.name";

/** What is found in lines: a level after its key or at the start, behind nothing but a time; the ids of a trace after their keys. RE2, with named groups. */
export const FOUND_IN_LINES = {
  level:
    '(?:(?:[Ll]evel|LEVEL|[Ll]vl|[Ss]everity|SEVERITY)"?\\s*[=:]\\s*"?|^[^a-z{]{0,64})(?P<level>(?i:trace|debug|info|warn|err|fatal|crit|panic))',
  trace_id: '(?i:trace_?id)"?\\s*[=:]\\s*"?(?P<trace_id>[0-9a-f]{32})\\b',
  span_id: '(?i:span_?id)"?\\s*[=:]\\s*"?(?P<span_id>[0-9a-f]{16})\\b',
} as const;

/** What the level is called, by how it begins where it is found. */
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
