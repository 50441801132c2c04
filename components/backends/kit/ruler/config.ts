import { HUB_TENANT } from "../../../contract/names";
import { TENANT_HEADER } from "../architecture";
import { ALL_RULES_FILES } from "../rings/config";

/**
 * Where the pod mounts what it reads and writes. Directories, so that what changes arrives while it
 * runs.
 */
export const RULER_PATHS = {
  config: "/etc/prometheus",
  rules: "/etc/prometheus-rules",
  data: "/prometheus",
} as const;
export const RULER_CONFIG_FILE = "prometheus.yml";
/** Of whatever Prometheus evaluates rules: beside a backend, or at an edge. */
export const RULER_FAILURES = { counter: "prometheus_rule_evaluation_failures_total" } as const;

/** Metrics are there a little after their time: rulers of backends wait for as long. */
const LATE = "1m";

interface Remote {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What we write of its configuration:
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
interface RulerConfig {
  readonly global: { readonly rule_query_offset: string };
  readonly rule_files: readonly string[];
  readonly remote_read: readonly (Remote & { readonly read_recent: true })[];
  readonly remote_write: readonly (Remote & {
    readonly queue_config: { readonly retry_on_http_429: true };
  })[];
  readonly alerting?: { readonly alertmanagers: readonly Alertmanager[] };
}

interface Alertmanager {
  readonly scheme: string;
  readonly path_prefix: string;
  readonly static_configs: readonly [{ readonly targets: readonly [string] }];
}

export interface RulerConfigArgs {
  /** Host and port of who answers queries, and of who takes writes. */
  readonly reads: string;
  readonly writes: string;
  /** Tenants whose series the rules see, beside the hub's own. */
  readonly tenants: readonly string[];
  /** Addresses of Alertmanagers, each gets every alert. */
  readonly alertmanagers: readonly string[];
}

/** It asks for all series of the cell, and stores what rules record in the hub's own tenant. */
export function rulerConfig({
  reads,
  writes,
  tenants,
  alertmanagers,
}: RulerConfigArgs): RulerConfig {
  return {
    global: { rule_query_offset: LATE },
    rule_files: ALL_RULES_FILES.map((file) => `${RULER_PATHS.rules}/${file}`),
    remote_read: [
      {
        url: `http://${reads}/prometheus/api/v1/read`,
        headers: { [TENANT_HEADER]: [HUB_TENANT, ...tenants].join("|") },
        // Also what is younger than its own disk, on which there is nothing but what rules record.
        read_recent: true,
      },
    ],
    remote_write: [
      {
        url: `http://${writes}/api/v1/push`,
        headers: { [TENANT_HEADER]: HUB_TENANT },
        queue_config: { retry_on_http_429: true },
      },
    ],
    ...(alertmanagers.length > 0 && {
      alerting: { alertmanagers: alertmanagers.map(alertmanagerAt) },
    }),
  };
}

function alertmanagerAt(address: string): Alertmanager {
  const { protocol, host, pathname } = new URL(address);
  return {
    scheme: protocol.replace(":", ""),
    path_prefix: pathname,
    static_configs: [{ targets: [host] }],
  };
}
