import { REMOTE_WRITE, REPLICA_LABEL, type EdgeLabels } from "../../contract/names";
import { WRITE_PATHS } from "../../contract/hub";
import { checksum } from "../../kit/checksum";
import { toYaml } from "../../kit/yaml";
import type { Sources } from "../sources";
import { hubLabels, set, type RelabelConfig } from "./relabel";
import { scrapeConfigs, type ScrapeConfig } from "./scrape-configs";

/** Where the pod mounts what it reads and writes. Directories, so that what changes arrives while the agent runs. */
export const AGENT_PATHS = {
  config: "/etc/prometheus",
  identity: "/etc/heliograph/identity",
  buffer: "/prometheus",
} as const;
export const CONFIG_FILE = "prometheus.yml";

/** Keys of the Secret with the edge's identity, and names of the files it becomes. */
export const IDENTITY_FILES = { certificate: "tls.crt", privateKey: "tls.key", trustBundle: "ca.crt" } as const;

/** What we write of the agent's configuration: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
export interface PrometheusAgentConfig {
  readonly global: { readonly scrape_interval: string; readonly metric_name_validation_scheme: "legacy" };
  readonly scrape_configs: readonly ScrapeConfig[];
  readonly remote_write: readonly RemoteWriteConfig[];
}

export interface RemoteWriteConfig {
  readonly name: string;
  readonly url: string;
  readonly follow_redirects: false;
  readonly tls_config: {
    readonly cert_file: string;
    readonly key_file: string;
    readonly ca_file: string;
    readonly server_name: string;
    readonly min_version: "TLS13";
  };
  readonly queue_config: {
    readonly capacity: number;
    readonly max_samples_per_send: number;
    readonly min_shards: number;
    readonly max_shards: number;
    readonly retry_on_http_429: true;
  };
  readonly write_relabel_configs: readonly RelabelConfig[];
}

export interface AgentConfigArgs {
  readonly labels: EdgeLabels;
  /**
   * Which of the edge's agents this is. A lone one says it too: a second one can then join it without a change of its `remote_write`. Left out where the
   * hub would store it as a label.
   */
  readonly replica?: string;
  /** The hub's gateway, e.g. `https://ingest.ops.example.com`. */
  readonly url: string;
  readonly serverName: string;
  readonly scrapeInterval: string;
  readonly sources: Sources;
  /** Where the agent runs, and kube-state-metrics beside it. */
  readonly namespace: string;
  /** Where node-exporter runs. */
  readonly nodeNamespace: string;
  readonly verifyKubelets: boolean;
}

export function agentConfig(args: AgentConfigArgs): PrometheusAgentConfig {
  return {
    // Mimir refuses, for good, a request that has one name of the newer kind in it; by this, targets that have such names write underscores instead.
    global: { scrape_interval: args.scrapeInterval, metric_name_validation_scheme: "legacy" },
    scrape_configs: scrapeConfigs(args),
    remote_write: [remoteWrite(args)],
  };
}

/**
 * A changed byte in here, or in `external_labels`, makes Prometheus stop this queue and start a new one, which skips what the old one had not sent
 * (storage/remote/write.go, ApplyConfig). So nothing belongs here that may change while the edge lives on, beyond its name and its hub: sizes are fixed,
 * certificates are files that are read again for each connection, and the hash of the configuration travels elsewhere.
 */
function remoteWrite({ url, serverName, labels, replica }: AgentConfigArgs): RemoteWriteConfig {
  const file = (name: string) => `${AGENT_PATHS.identity}/${name}`;
  return {
    name: REMOTE_WRITE,
    url: `${url}${WRITE_PATHS.metrics}`,
    // A redirect would carry samples to an address that nobody configured.
    follow_redirects: false,
    tls_config: {
      cert_file: file(IDENTITY_FILES.certificate),
      key_file: file(IDENTITY_FILES.privateKey),
      ca_file: file(IDENTITY_FILES.trustBundle),
      server_name: serverName,
      min_version: "TLS13",
    },
    queue_config: QUEUE,
    write_relabel_configs: [...hubLabels(labels), ...(replica ? [set(REPLICA_LABEL, replica)] : [])],
  };
}

/**
 * 20 shards of 2000 samples each 100 ms are 400,000 samples a second: enough to catch up for 2 million series at 15 s. What waits in memory, at most
 * 20 x 6000 samples, is about 20 MB; the rest of a backlog stays on the disk. 429 is what Mimir answers above its ingestion rate, as when many edges
 * catch up at once: without the retry those samples would be dropped.
 */
const QUEUE = {
  capacity: 6000,
  max_samples_per_send: 2000,
  min_shards: 1,
  max_shards: 20,
  retry_on_http_429: true,
} as const;

const HASH_LABEL = "heliograph_config_hash";

/** The file, and the hash by which the running agent can be asked whether it has taken this file. */
export interface AgentConfigFile {
  readonly text: string;
  readonly hash: string;
}

/**
 * The hash stands in a job without targets: shown by the agent's API, and no business of the queue. It is a label there, not the job's name, because a
 * job that is gone after a reload is logged as an error.
 */
export function agentConfigFile(config: PrometheusAgentConfig): AgentConfigFile {
  const hash = checksum(toYaml(config));
  const mark: ScrapeConfig = {
    job_name: "heliograph-config",
    static_configs: [{ targets: [], labels: { [HASH_LABEL]: hash } }],
  };
  return { text: toYaml({ ...config, scrape_configs: [...config.scrape_configs, mark] }), hash };
}

/** The hash in force, from the text that `/api/v1/status/config` shows; undefined where it is not a configuration of ours. */
export function configHashInForce(statusConfig: string): string | undefined {
  return new RegExp(`${HASH_LABEL}: ["']?([0-9a-f]{16})\\b`).exec(statusConfig)?.[1];
}
