import { endpoint, type HubTarget } from "../hub-target";
import type { EdgeExporterArgs, EdgeExporterSignal } from "./args";
import { IDENTITY_FILES } from "../../contract/cluster-names";
import { literal } from "./labels";

/** Where the pods mount the edge's certificate. */
export const IDENTITY_FOLDER = "/etc/heliograph/identity";

export const HUB = "otlp_http/hub";
/**
 * One request after the other. Exemplars that overtake each other, as after an outage, are rejected
 * for good by some backends (400).
 */
export const HUB_IN_ORDER = "otlp_http/hub_in_order";

const OTLP = "OTLP/HTTP";

/** To the hub, each signal with a queue of its own; they share this size. */
export function hubExporters(hub: HubTarget, queueBytes: number) {
  const common = connectionTo(hub);
  return {
    [HUB]: {
      ...endpoint("logs_endpoint", hub, "logs", OTLP),
      ...endpoint("traces_endpoint", hub, "traces", OTLP),
      ...common,
      sending_queue: queue(queueBytes),
    },
    [HUB_IN_ORDER]: {
      ...endpoint("metrics_endpoint", hub, "metrics", OTLP),
      ...common,
      sending_queue: { ...queue(queueBytes), num_consumers: 1 },
    },
  } as const;
}

function connectionTo({ serverName }: HubTarget) {
  const file = (name: string) => `${IDENTITY_FOLDER}/${name}`;
  return {
    compression: "gzip",
    timeout: "30s",
    tls: {
      cert_file: file(IDENTITY_FILES.certificate),
      key_file: file(IDENTITY_FILES.privateKey),
      ca_file: file(IDENTITY_FILES.trustBundle),
      server_name_override: serverName,
      min_version: "1.3",
      // Certificate and key are read again; the trust bundle is read at the start alone.
      reload_interval: "1m",
    },
    retry_on_failure: RETRY_FOR_EVER,
  } as const;
}

/** Name of the variable with a destination's token. */
export function tokenVariable({ name }: Pick<EdgeExporterArgs, "name">): string {
  return `EXPORTER_${name.toUpperCase().replaceAll("-", "_")}_TOKEN`;
}

function signalsOf({ kind, signals }: EdgeExporterArgs): readonly EdgeExporterSignal[] {
  return signals ?? (kind === "splunk" ? ["logs"] : ["logs", "traces"]);
}

/**
 * An additional destination delays the others only while its queue is full. Retries that end empty
 * the queue.
 */
const RETRY_A_WHILE = {
  enabled: true,
  initial_interval: "1s",
  max_interval: "15s",
  max_elapsed_time: "1m",
} as const;

/** Disk for each of them, by signal. */
export const EXTRA_QUEUE_BYTES = 128 * 2 ** 20;

/** Exporters of a signal besides the hub's, by the ids under which its pipeline names them. */
export function extraExporters(
  exporters: readonly EdgeExporterArgs[],
  signal: EdgeExporterSignal,
): Record<string, object> {
  const wanted = exporters.filter((exporter) => signalsOf(exporter).includes(signal));
  return Object.fromEntries(wanted.map(extraExporter));
}

function extraExporter(exporter: EdgeExporterArgs): [string, object] {
  const { name, kind, secretName, index } = exporter;
  const endpoint = literal(exporter.endpoint);
  const token = `\${env:${tokenVariable(exporter)}}`;
  const common = {
    endpoint,
    retry_on_failure: RETRY_A_WHILE,
    sending_queue: queue(EXTRA_QUEUE_BYTES),
  };
  switch (kind) {
    case "splunk":
      return [`splunk_hec/${name}`, { ...common, token, ...(index && { index }) }];
    case "dynatrace":
      return [`otlp_http/${name}`, { ...common, headers: { Authorization: `Api-Token ${token}` } }];
    case "otlp": {
      const header = exporter.header ?? "Authorization";
      return [
        `otlp_http/${name}`,
        { ...common, ...(secretName && { headers: { [header]: token } }) },
      ];
    }
  }
}

/** Extension that keeps queues and positions on disk. */
export const STORAGE = "file_storage/queue";

const MEBIBYTE = 2 ** 20;
/** Largest request to the hub, uncompressed; backends take several times as much. */
const BATCH_BYTES = MEBIBYTE;

/**
 * What is taken in is on disk before it is acknowledged, and leaves the disk once the hub has it.
 * Batches are made behind the queue: made before it, as the batch processor does, they would be
 * acknowledged while they are in memory.
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
