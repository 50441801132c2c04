import type { Signal } from "../contract/names";

/** Sends a request to a pod of the backend, as the tenant or tenants that are named. */
export type Ask = (request: BackendRequest) => Promise<BackendResponse>;

export interface BackendRequest {
  readonly path: string;
  /** Defaults to GET. */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Several are asked in one query. Defaults to none: the request has no header of a tenant. */
  readonly tenants?: readonly string[];
}

export interface BackendResponse {
  readonly status: number;
  readonly body: string;
}

/** In milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What every reader can do. */
export interface Reader {
  /**
   * Asks what the button `Test` of Grafana's data source asks. Returns what is wrong, or undefined
   * if nothing is.
   */
  failure(tenants: readonly string[]): Promise<string | undefined>;
  /**
   * Tenants of the data that a query of these tenants sees, by the label `tenant_id` that every
   * edge's data carries, within the last hour.
   */
  tenants(tenants: readonly string[]): Promise<string[]>;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Matrix {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: number])[];
}

export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly time: number;
}

export type AlertLabels = Readonly<Record<string, string>>;

/** Rules as they are evaluated. */
export interface RunningRules {
  /** Hash of the rules that were deployed. Undefined where they are not ours. */
  readonly hash: string | undefined;
  /**
   * Hash of the rules about workloads that were deployed with them. Undefined where they are not
   * the hub's own, or from before there were any.
   */
  readonly workloadRules: string | undefined;
  /** Hash of the rules about workloads that are evaluated for this tenant. */
  readonly workloadHash: string | undefined;
  /** The number of alerts of the hub's own rules. */
  readonly alerts: number;
  /** Rules that have not been evaluated yet. */
  readonly waiting: number;
  /** One line for each rule that cannot be evaluated. */
  readonly unhealthy: readonly string[];
  /** Alerts of the hub's own rules that fire now, by their labels. */
  readonly firing: readonly AlertLabels[];
  /** Alerts about what runs on the clusters that fire now. */
  readonly firingOnClusters: readonly AlertLabels[];
}

/** Every backend of metrics answers PromQL. */
export interface MetricsReader extends Reader {
  /** `seconds`: the time that is asked for. Defaults to now. */
  query(tenants: readonly string[], promql: string, seconds?: number): Promise<Sample[]>;
  /** The number that a query comes down to; 0 where it finds nothing. */
  number(tenants: readonly string[], promql: string, seconds?: number): Promise<number>;
  /** Every stored sample of a range selector such as `up{cluster="dev"}[5m]`. */
  samples(tenants: readonly string[], rangeSelector: string): Promise<Matrix[]>;
  exemplars(tenant: string, selector: string, range: TimeRange): Promise<Exemplar[]>;
  /** Rules of a tenant. Asked of the pod that evaluates them. */
  rules(tenant: string): Promise<RunningRules>;
}

export interface LogLine {
  /** Labels, and what the line carries beside them. */
  readonly labels: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly time: number;
  readonly text: string;
}

/** Labels that the inventory expects of an edge's data. */
export interface ExpectedLabels {
  /** The five labels of the edge. */
  readonly labels: Readonly<Record<string, string>>;
  /** Every edge that writes into the tenant: the values that the label `cluster` may have. */
  readonly clusters: readonly string[];
}

export interface LogsReader extends Reader {
  /** The newest line of a cluster, those that `verify` writes left out. */
  newestLine(tenant: string, cluster: string, range: TimeRange): Promise<LogLine | undefined>;
  /** Streams that the inventory does not account for, by the query that finds them. */
  unexpectedStreams(
    tenant: string,
    expected: ExpectedLabels,
    range: TimeRange,
  ): Promise<{ readonly query: string; readonly streams: number }[]>;
  /** Lines of a cluster that name a trace, newest first. */
  linesOfTrace(
    tenant: string,
    cluster: string,
    traceId: string,
    range: TimeRange,
  ): Promise<LogLine[]>;
}

export interface StoredSpan {
  readonly name: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TracesReader extends Reader {
  /** Spans of a trace; none where the tenant does not have it. */
  trace(tenant: string, id: string): Promise<StoredSpan[]>;
  /** Ids of traces of the last hour that have a span with these attributes. */
  search(
    tenant: string,
    attributes: Readonly<Record<string, string>>,
    limit?: number,
  ): Promise<string[]>;
}

export interface Readers extends Readonly<Record<Signal, Reader>> {
  readonly metrics: MetricsReader;
  readonly logs: LogsReader;
  readonly traces: TracesReader;
}

/** Log lines and spans that `verify` writes name this service. */
export const PROBE_SERVICE = "heliograph-verify";

/** What `verify` writes through the gateway with an edge's certificate, and reads back. */
export interface Probe {
  /** What is written, for people: "sample", "log line", "trace". */
  readonly what: string;
  /** A request to the gateway that writes one record. */
  write(record: ProbeRecord, encode: ProbeEncoders): BackendRequest;
  /** How many of the ids a tenant has. */
  count(ask: Ask, tenant: string, ids: readonly string[], milliseconds: number): Promise<number>;
}

interface ProbeRecord {
  /** A UUID. */
  readonly id: string;
  /** Time of the record, in milliseconds since 1970. */
  readonly milliseconds: number;
  /** The five labels of the edge. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Encoders of binary protocols. The caller has them, so that this package needs no library. */
export interface ProbeEncoders {
  /** Remote write 1.0. `__name__` is among the labels. */
  remoteWrite(
    series: readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly samples: readonly (readonly [value: number, milliseconds: number])[];
    }[],
  ): EncodedBody;
  /** OTLP as protobuf. Ids are hexadecimal, times in milliseconds. */
  spans(
    spans: readonly {
      readonly traceId: string;
      readonly spanId: string;
      readonly name: string;
      readonly start: number;
      readonly end: number;
      readonly resource: Readonly<Record<string, string>>;
    }[],
  ): EncodedBody;
  /** OTLP as JSON. Times in milliseconds. */
  logLines(
    lines: readonly {
      readonly time: number;
      readonly text: string;
      readonly resource: Readonly<Record<string, string>>;
      readonly attributes: Readonly<Record<string, string>>;
    }[],
  ): EncodedBody;
}

type EncodedBody = Required<Pick<BackendRequest, "headers" | "body">>;
