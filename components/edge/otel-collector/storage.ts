/** Extension that keeps queues and positions on disk. */
export const STORAGE = "file_storage/queue";

const MEBIBYTE = 2 ** 20;
/** Largest request to the hub, uncompressed; backends take several times as much. */
export const BATCH_BYTES = MEBIBYTE;

/**
 * What is taken in is on disk before it is acknowledged, and leaves the disk once the hub has it. Batches are made behind the queue: made before it, as
 * the batch processor does, they would be acknowledged while they are in memory.
 */
export function queue(bytes: number, flush: "200ms" | "1s" = "1s") {
  return {
    storage: STORAGE,
    sizer: "bytes",
    queue_size: Math.round(bytes),
    num_consumers: 10,
    batch: { flush_timeout: flush, min_size: BATCH_BYTES / 2, max_size: BATCH_BYTES },
  } as const;
}

/** For as long as the queue has room: what cannot be sent stays in it. */
export const RETRY_FOR_EVER = {
  enabled: true,
  initial_interval: "1s",
  max_interval: "30s",
  max_elapsed_time: 0,
} as const;

export function fileStorage(directory: string) {
  return {
    directory,
    create_directory: true,
    fsync: true,
    // Gives the disk back once a long queue was sent.
    compaction: { on_rebound: true, directory, cleanup_on_start: true },
  } as const;
}
