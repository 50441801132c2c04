import { goMemoryLimit } from "../../kit/go-memory";
import { bytesQuantity } from "../../kit/quantity";

/** A process needs more than planned while it compacts, and after an outage. */
export const MEMORY_HEADROOM = 2;

export interface BackendResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
  /** Environment variable GOMEMLIMIT. */
  readonly goMemoryLimit: string;
}

export interface ComponentSize extends BackendResources {
  readonly replicas: number;
  /**
   * Disk of one pod, in bytes; undefined where it needs none, or where the configuration says how
   * large it is.
   */
  readonly diskBytes?: number;
}

/** Pods of memcached, where they are wanted. */
export interface CacheSize {
  readonly replicas: number;
  readonly mebibytes: number;
}

/** What all pods of a component need together. */
export interface Demand {
  /** Cores in steady state and, where more, while all edges replay an outage. */
  readonly cores: number;
  readonly replayCores?: number;
  readonly bytes: number;
  readonly disk?: number;
}

/**
 * What a pod needs before anybody asks it anything, and for the peaks of a single query or
 * compaction.
 */
const IDLE = { cores: 0.02, bytes: 128 * 2 ** 20, disk: 5 * 2 ** 30 };

export function sizeOf(
  { cores, replayCores = cores, bytes, disk }: Demand,
  replicas: number,
): ComponentSize {
  const memory = IDLE.bytes + bytes / replicas;
  const limit = memory * MEMORY_HEADROOM;
  // At rest half the limit is for the peaks of a query.
  const cpu = IDLE.cores + cores / replicas;
  return {
    replicas,
    requests: { cpu: millicores(cpu, 10), memory: bytesQuantity(memory) },
    limits: {
      cpu: millicores(Math.max(1, cpu * 2, replayCores / replicas), 50),
      memory: bytesQuantity(limit),
    },
    goMemoryLimit: goMemoryLimit(limit),
    ...(disk !== undefined && { diskBytes: Math.max(IDLE.disk, disk / replicas) }),
  };
}

/**
 * Sizes double from the smallest, because another size restarts a backend: one more edge should
 * not.
 */
export function doubledFrom(smallest: number, load: number): number {
  return smallest * 2 ** Math.max(0, Math.ceil(Math.log2(load / smallest)));
}

/** Rounded up to whole `steps` of a thousandth of a core. */
export function millicores(cores: number, steps: number): string {
  return `${Math.ceil((cores * 1000) / steps) * steps}m`;
}

/** Copies of what has to survive the loss of a pod. */
const REPLICATION_FACTOR = 3;

/** With two of them, the loss of one would stop writes just as with one. */
export function replicationFactor(replicas: number): number {
  return replicas < REPLICATION_FACTOR ? 1 : REPLICATION_FACTOR;
}
