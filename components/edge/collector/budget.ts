import { inSteps } from "../../kit/quantity";
import { EXTRA_QUEUE_BYTES } from "./exporters";
import { waitingTraces, type Sampling } from "../traces/sampling";

/** What the collectors keep while the hub is away, and what that costs. */
interface BudgetArgs {
  readonly outageSeconds: number;
  readonly logBytesPerSecond: number;
  readonly spansPerSecond: number;
  readonly nodes: number;
  /** Additional destinations. */
  readonly exporters: number;
}

interface Budget {
  /** Queue of each signal to the hub. */
  readonly queueBytes: number;
  /** Disk that all queues together may take. */
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

interface AgentBudget extends Budget {
  /** Queue of spans to the gateway. */
  readonly gatewayQueueBytes: number;
}

const MEBIBYTE = 2 ** 20;

/** Of the collector 0.158, rounded up; test/programs/otel-agent.test.ts prints what it sees. */
const MEASURED = {
  /**
   * Queue for a byte of a log line of 200 bytes: beside it, its times, and its share of the labels.
   */
  perLogByte: 2,
  /** Queue for a span with ten attributes. */
  bytesPerSpan: 1024,
  /** File for a byte in the queue: pages that are not full. */
  filePerQueueByte: 1.5,
  /** Memory without load, with the pods of a node. */
  memory: 160 * MEBIBYTE,
  /** Memory for a span that waits for its decision. */
  bytesPerWaitingSpan: 4096,
} as const;

/** Assumed: no node has more than four times its share. */
const BUSIEST_NODE = 4;
/**
 * How long the gateway may be away: it is in the same cluster, and its pods come back where their
 * volumes are.
 */
const GATEWAY_AWAY_SECONDS = 3600;
/** Assumed: no more than a quarter of the traces are errors, slow, or asked for. */
const KEPT_BY_TAIL_SAMPLING = 0.25;
/** Room for the least queue: what comes while a connection is made anew. */
const LEAST_QUEUE_BYTES = 64 * MEBIBYTE;

export function agentBudget(
  args: BudgetArgs & { logs: boolean; ownSampling?: Sampling },
): AgentBudget {
  const { outageSeconds, logBytesPerSecond, spansPerSecond, nodes, exporters, logs, ownSampling } =
    args;
  const share = Math.min(1, BUSIEST_NODE / nodes);
  const lines = logs ? outageSeconds * logBytesPerSecond * MEASURED.perLogByte * share : 0;
  const spans = ownSampling
    ? outageSeconds * bytesOfSpans(spansPerSecond * kept(ownSampling)) * share
    : 0;
  const queueBytes = inSteps(Math.max(lines, spans, LEAST_QUEUE_BYTES));
  const toGateway = ownSampling ? 0 : GATEWAY_AWAY_SECONDS * bytesOfSpans(spansPerSecond) * share;
  const gatewayQueueBytes = inSteps(Math.max(toGateway, LEAST_QUEUE_BYTES));
  const queues = queueBytes + gatewayQueueBytes + 2 * exporters * EXTRA_QUEUE_BYTES;
  return {
    queueBytes,
    gatewayQueueBytes,
    diskBytes: queues * MEASURED.filePerQueueByte,
    memoryBytes: inSteps(
      MEASURED.memory + 60 * (logBytesPerSecond + bytesOfSpans(spansPerSecond)) * share,
    ),
  };
}

export function gatewayBudget(args: BudgetArgs & { sampling: Sampling; replicas: number }): Budget {
  const { outageSeconds, spansPerSecond, exporters, sampling, replicas } = args;
  const perReplica = spansPerSecond / replicas;
  const queueBytes = inSteps(
    Math.max(outageSeconds * bytesOfSpans(perReplica * kept(sampling)), LEAST_QUEUE_BYTES),
  );
  const waiting =
    sampling.kind === "tail"
      ? waitingTraces(sampling, perReplica) * MEASURED.bytesPerWaitingSpan
      : 0;
  return {
    queueBytes,
    diskBytes:
      (queueBytes + LEAST_QUEUE_BYTES + exporters * EXTRA_QUEUE_BYTES) * MEASURED.filePerQueueByte,
    memoryBytes: inSteps(MEASURED.memory + waiting + 60 * bytesOfSpans(perReplica)),
  };
}

/** The queue for which a disk has room. */
export function queueOn(diskBytes: number): number {
  return Math.floor(diskBytes / MEASURED.filePerQueueByte);
}

function kept({ kind, percentage }: Sampling): number {
  if (kind === "none") return 1;
  return kind === "tail" ? Math.max(KEPT_BY_TAIL_SAMPLING, percentage / 100) : percentage / 100;
}

function bytesOfSpans(spans: number): number {
  return spans * MEASURED.bytesPerSpan;
}
