import { EDGE_LABELS, LOG_LABELS, LOG_METADATA } from "../../contract/names";
import { bytesQuantity } from "../../kit/quantity";
import type { LogShippers } from "../backend";

export const PUSH_PATH = "/loki/api/v1/push";

/** How agents write to Loki's own interface. */
export const LOKI_SHIPPERS: LogShippers = {
  /**
   * An entry of `clients`:
   * https://grafana.com/docs/loki/v3.6.x/send-data/promtail/configuration/#clients
   */
  promtail: ({ url, serverName, labels, certificateFile, privateKeyFile, trustBundleFile }) => ({
    url: `${url}${PUSH_PATH}`,
    external_labels: { ...labels },
    tls_config: {
      cert_file: certificateFile,
      key_file: privateKeyFile,
      ca_file: trustBundleFile,
      server_name: serverName,
    },
    batchwait: "1s",
    batchsize: 2 ** 20,
    timeout: "30s",
    // Without an end. Promtail does not read on while it cannot send: lines wait in the files of
    // the pods, for as long as kubelet keeps them.
    backoff_config: { min_period: "1s", max_period: "30s", max_retries: 0 },
  }),

  /** An entry of `outputs`: https://docs.fluentbit.io/manual/data-pipeline/outputs/loki */
  fluentBit({
    url,
    serverName,
    labels,
    queueBytes,
    certificateFile,
    privateKeyFile,
    trustBundleFile,
  }) {
    const { hostname, port } = new URL(url);
    const own = LOG_LABELS.filter((label) => !(EDGE_LABELS as readonly string[]).includes(label));
    const list = (names: readonly string[]) => names.map((key) => `${key}=$${key}`);
    return {
      name: "loki",
      match: "kube.*",
      host: hostname,
      port: Number(port || 443),
      uri: PUSH_PATH,
      labels: [...EDGE_LABELS.map((label) => `${label}=${labels[label]}`), ...list(own)].join(","),
      structured_metadata: list(LOG_METADATA).join(","),
      remove_keys: [...own, ...LOG_METADATA, "time", "_p"].join(","),
      drop_single_key: "raw",
      line_format: "json",
      compress: "gzip",
      tls: "on",
      "tls.verify": "on",
      "tls.vhost": serverName,
      "tls.ca_file": trustBundleFile,
      "tls.crt_file": certificateFile,
      "tls.key_file": privateKeyFile,
      // Without an end. The oldest lines are dropped when the disk's share is full.
      retry_limit: "no_limits",
      "storage.total_limit_size": bytesQuantity(queueBytes).replace("i", ""),
    };
  },
};
