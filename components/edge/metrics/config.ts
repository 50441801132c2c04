import { fromSeconds } from "../../kit/duration";
import type { Buffer } from "./buffer";
import {
  EDGE_LABELS,
  REMOTE_WRITE,
  REPLICA_LABEL,
  STAYING_REPLICA_LABEL,
  type EdgeLabels,
} from "../../contract/names";
import { backendOf, writePath } from "../../backends/registry";
import type { HubTarget } from "../hub-target";
import { merged } from "../../kit/extra-config";
import { checksum } from "../../kit/checksum";
import { toYaml } from "../../kit/yaml";
import { WATCHED_METRICS } from "../../rules/metrics";
import { copy, dropLabels, hubLabels, keep, set, type RelabelConfig } from "./relabel";
import { scrapeConfigs, type Sources } from "./sources/registry";
import type { ScrapeConfig } from "./sources/source";
import { IDENTITY_FILES, PROMETHEUS_AGENT, type AgentInstance } from "../../contract/cluster-names";
import type { Role } from "../../kit/labels";

/**
 * Where the pod mounts what it reads and writes. Directories, so that what changes arrives while
 * the agent runs.
 */
export const AGENT_PATHS = {
  config: "/etc/prometheus",
  identity: "/etc/heliograph/identity",
  buffer: "/prometheus",
} as const;
export const CONFIG_FILE = "prometheus.yml";
/** Beside it, where it is looked for by its name alone: both change at once. */
export const RULES_FILE = "rules.yml";

/** Start-up configuration: what is here restarts the agent when it changes. */
export function agentArgs(buffer: Buffer): string[] {
  return [
    "--agent",
    `--config.file=${AGENT_PATHS.config}/${CONFIG_FILE}`,
    "--config.auto-reload",
    "--config.auto-reload-interval=5s",
    `--storage.agent.path=${AGENT_PATHS.buffer}`,
    `--storage.agent.wal-truncate-frequency=${fromSeconds(buffer.truncateFrequencySeconds)}`,
    `--storage.agent.retention.min-time=${fromSeconds(buffer.minTimeSeconds)}`,
    `--storage.agent.retention.max-time=${fromSeconds(buffer.maxTimeSeconds)}`,
    // Also how long a queue that changes its number of shards may take to empty the old ones; what
    // is left by then is given up (queue_manager.go, stop). At the default of a minute, a hub that
    // was slow but not away cost an agent 18,000 samples.
    `--storage.remote.flush-deadline=${fromSeconds(buffer.maxTimeSeconds)}`,
    `--web.listen-address=:${PROMETHEUS_AGENT_PORT}`,
  ];
}

/**
 * What we write of the agent's configuration:
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
export interface PrometheusAgentConfig {
  readonly global: {
    readonly scrape_interval: string;
    readonly metric_name_validation_scheme: "legacy";
    readonly external_labels?: Readonly<Record<string, string>>;
  };
  readonly scrape_configs: readonly ScrapeConfig[];
  readonly remote_write: readonly RemoteWriteConfig[];
  readonly rule_files?: readonly string[];
  readonly alerting?: {
    readonly alert_relabel_configs: readonly RelabelConfig[];
    readonly alertmanagers: readonly [
      { readonly static_configs: readonly [{ readonly targets: readonly string[] }] },
    ];
  };
}

interface RemoteWriteConfig {
  readonly name: string;
  readonly url: string;
  readonly follow_redirects: false;
  readonly proxy_from_environment?: true;
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
   * Pod of the agent. A lone agent has it, too: a second one can then join it without a change of
   * its `remote_write`. Left out where the hub would store it as a label.
   */
  readonly replica?: string;
  /** Whether samples stay at the edge. Then the hub is sent only what it watches edges by. */
  readonly stays?: boolean;
  /** Who is told of alerts, each of every one, where samples stay and rules are evaluated. */
  readonly alerts?: { readonly to: readonly string[] };
  readonly hub: HubTarget;
  readonly scrapeInterval: string;
  readonly sources: Sources;
  /** Where the agent runs, and kube-state-metrics beside it. */
  readonly namespace: string;
  /** Where node-exporter runs. */
  readonly nodeNamespace: string;
  readonly verifyKubelets: boolean;
  /** Whether the pod's environment names a proxy, through which it reaches the hub. */
  readonly proxied?: boolean;
  /** Configuration in Prometheus' own words, merged last. */
  readonly extra?: object;
}

export function agentConfig(args: AgentConfigArgs): PrometheusAgentConfig {
  return merged(ownConfig(args), args.extra);
}

function ownConfig(args: AgentConfigArgs): PrometheusAgentConfig {
  const { scrapeInterval, labels, replica, stays, alerts, sources } = args;
  const jobs = scrapeConfigs(sources, args);
  // Backends of metrics may reject, for good, a request with one name that has other characters
  // than letters, digits, `_` and `:`. With this, targets that have such names write underscores.
  const global = {
    scrape_interval: scrapeInterval,
    metric_name_validation_scheme: "legacy",
  } as const;
  if (!stays)
    return { global, scrape_configs: jobs, remote_write: [remoteWrite(args, hubLabels(labels))] };
  return {
    global: {
      ...global,
      external_labels: { ...labels, ...(replica && { [STAYING_REPLICA_LABEL]: replica }) },
    },
    scrape_configs: jobs.map(withOwnLabelsExported),
    remote_write: [
      remoteWrite(args, [
        keep("__name__", WATCHED_METRICS.join("|")),
        dropLabels(STAYING_REPLICA_LABEL),
      ]),
    ],
    ...(alerts && alertingConfig(alerts.to)),
  };
}

/**
 * Both of a pair evaluate, and tell everybody: without the label that tells the two apart, an alert
 * of both is one.
 */
function alertingConfig(
  to: readonly string[],
): Pick<PrometheusAgentConfig, "rule_files" | "alerting"> {
  const targets = to.map((address) => new URL(address).host);
  return {
    rule_files: [RULES_FILE],
    alerting: {
      alert_relabel_configs: [dropLabels(STAYING_REPLICA_LABEL)],
      alertmanagers: [{ static_configs: [{ targets }] }],
    },
  };
}

/**
 * What `hubLabels` does for samples that are sent: what stays gets the edge's labels from sidecars,
 * whatever a target says.
 */
function withOwnLabelsExported(job: ScrapeConfig): ScrapeConfig {
  const own = [
    ...EDGE_LABELS.map((label) => copy(label, `exported_${label}`)),
    dropLabels(EDGE_LABELS.join("|")),
  ];
  return { ...job, metric_relabel_configs: [...(job.metric_relabel_configs ?? []), ...own] };
}

/**
 * A changed byte in here, or in `external_labels`, makes Prometheus stop this queue and start a new
 * one, which skips what the old one had not sent (storage/remote/write.go, ApplyConfig). So nothing
 * belongs here that may change while the edge lives on, beyond its name and its hub: sizes are
 * fixed, certificates are files that are read again for each connection, and the hash of the
 * configuration travels elsewhere.
 */
function remoteWrite(
  { hub, replica, proxied }: AgentConfigArgs,
  relabel: RelabelConfig[],
): RemoteWriteConfig {
  const file = (name: string) => `${AGENT_PATHS.identity}/${name}`;
  return {
    name: REMOTE_WRITE,
    url: `${hub.url}${writePath(backendOf("metrics", hub.backends.metrics), "remote write")}`,
    // A redirect would carry samples to an address that nobody configured.
    follow_redirects: false,
    // Prometheus, unlike collectors, ignores HTTPS_PROXY unless it is told to read it.
    ...(proxied && { proxy_from_environment: true as const }),
    tls_config: {
      cert_file: file(IDENTITY_FILES.certificate),
      key_file: file(IDENTITY_FILES.privateKey),
      ca_file: file(IDENTITY_FILES.trustBundle),
      server_name: hub.serverName,
      min_version: "TLS13",
    },
    queue_config: QUEUE,
    write_relabel_configs: [...relabel, ...(replica ? [set(REPLICA_LABEL, replica)] : [])],
  };
}

/**
 * 20 shards of 2000 samples each 100 ms are 400,000 samples a second: enough to catch up for 2
 * million series at 15 s. What waits in memory, at most 20 x 6000 samples, is about 20 MB; the rest
 * of a backlog stays on the disk. 429 is the answer of backends above a tenant's ingestion rate, as
 * when many edges catch up at once: without the retry those samples would be dropped.
 */
const QUEUE = {
  capacity: 6000,
  max_samples_per_send: 2000,
  min_shards: 1,
  max_shards: 20,
  retry_on_http_429: true,
} as const;

const HASH_LABEL = "heliograph_config_hash";

/**
 * The file, and the hash by which the running agent can be asked whether it has taken this file.
 */
interface AgentConfigFile {
  readonly text: string;
  readonly hash: string;
}

/**
 * The hash stands in a job without targets: shown by the agent's API, and no business of the queue.
 * It is a label there, not the job's name, because a job that is gone after a reload is logged as
 * an error.
 *
 * @param rules The text of the rules, which are loaded together with the configuration.
 */
export function agentConfigFile(config: PrometheusAgentConfig, rules?: string): AgentConfigFile {
  const hash = checksum(toYaml(config), ...(rules === undefined ? [] : [rules]));
  const mark: ScrapeConfig = {
    job_name: "heliograph-config",
    static_configs: [{ targets: [], labels: { [HASH_LABEL]: hash } }],
  };
  return { text: toYaml({ ...config, scrape_configs: [...config.scrape_configs, mark] }), hash };
}

/**
 * The running hash, from the text that `/api/v1/status/config` shows; undefined where it is not a
 * configuration of ours.
 */
export function runningConfigHash(statusConfig: string): string | undefined {
  return new RegExp(`${HASH_LABEL}: ["']?([0-9a-f]{16})\\b`).exec(statusConfig)?.[1];
}

export const PROMETHEUS_AGENT_PORT = 9090;

/** One agent of the edge's, for what belongs to it alone. */
export function agentRole(instance: AgentInstance): Role {
  return { name: PROMETHEUS_AGENT.name, instance };
}
