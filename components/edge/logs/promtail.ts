import { LOG_METADATA } from "../../contract/names";
import type { Role } from "../../kit/labels";
import { toYaml } from "../../kit/yaml";
import type { EdgeLogSelectorArgs } from "./args";
import type { LogAgent } from "./log-agent";
import {
  APP_LABELS,
  FOUND_IN_LINES,
  LEVELS,
  POD_LOGS,
  REPLACEMENT,
  SERVICE_ANNOTATION,
  UNKNOWN_LEVEL,
  type LogPipeline,
} from "./pipeline";

export const PROMTAIL: Role = { name: "promtail" };
const PROMTAIL_PORT = 3101;
const FOLDERS = {
  configFolder: "/etc/promtail",
  identityFolder: "/etc/heliograph/identity",
  stateFolder: "/var/lib/promtail",
};
const CONFIG_FILE = "promtail.yaml";

/** Promtail on every node. Its last release was in March 2026; it is here for those who run it. */
export const promtail: LogAgent = {
  shipper: "promtail",
  program: {
    image: "promtail",
    role: PROMTAIL,
    args: [`-config.file=${FOLDERS.configFolder}/${CONFIG_FILE}`],
    // It reads the files of pods whose node has the name of its host.
    env: [{ name: "HOSTNAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    ports: { http: PROMTAIL_PORT },
    health: { port: PROMTAIL_PORT, path: "/ready" },
    metricsPort: PROMTAIL_PORT,
    ...FOLDERS,
    memoryBytes: 256 * 2 ** 20,
    readsLogs: true,
  },
  files: (pipeline) => ({ [CONFIG_FILE]: toYaml(promtailConfig(pipeline)) }),
};

/** Documented in Grafana's manual, chapter send-data/promtail/configuration. */
export function promtailConfig(pipeline: LogPipeline) {
  return {
    server: { http_listen_port: PROMTAIL_PORT, grpc_listen_port: 0 },
    positions: { filename: `${FOLDERS.stateFolder}/positions.yaml`, sync_period: "1s" },
    clients: [pipeline.output],
    scrape_configs: [
      {
        job_name: "pods",
        kubernetes_sd_configs: [{ role: "pod" }],
        relabel_configs: relabelConfigs(pipeline),
        pipeline_stages: stages(pipeline),
      },
    ],
  };
}

const POD = "__meta_kubernetes_pod_";
const meta = (kind: "label" | "annotation", key: string) =>
  `${POD}${kind}_${key.replaceAll(/[^a-zA-Z0-9]/g, "_")}`;

function relabelConfigs({ nodeNamespace }: LogPipeline): object[] {
  const copy = (from: string, to: string) => ({ source_labels: [from], target_label: to });
  /** The last that is not empty stays. */
  const last = (to: string, ...from: string[]) =>
    from.map((label) => ({ source_labels: [label], regex: "(.+)", target_label: to }));
  const apps = [...APP_LABELS].reverse().map((key) => meta("label", key));
  return [
    {
      action: "drop",
      source_labels: ["__meta_kubernetes_namespace", `${POD}name`],
      separator: "/",
      regex: `${nodeNamespace}/${PROMTAIL.name}-.+`,
    },
    copy(`${POD}node_name`, "__host__"),
    copy(`${POD}node_name`, "node"),
    copy(`${POD}name`, "pod"),
    copy("__meta_kubernetes_namespace", "namespace"),
    copy(`${POD}container_name`, "container"),
    ...last("app", `${POD}container_name`, ...apps),
    ...last("service_name", "app", meta("annotation", SERVICE_ANNOTATION)),
    {
      source_labels: [`${POD}uid`, `${POD}container_name`],
      separator: "/",
      regex: "(.+)",
      replacement: `${POD_LOGS}/*$1/*.log`,
      target_label: "__path__",
    },
  ];
}

function selector({ namespace, container }: EdgeLogSelectorArgs): string {
  const matchers = Object.entries({ namespace, container }).flatMap(([label, value]) =>
    value === undefined ? [] : [`${label}=${JSON.stringify(value)}`],
  );
  return `{${matchers.length > 0 ? matchers.join(", ") : 'namespace=~".+"'}}`;
}

function stages({ multiline, drop, redact }: LogPipeline): object[] {
  const names = Object.entries(LEVELS)
    .map(([spelling, level]) => `{{ if eq $level ${JSON.stringify(spelling)} }}${level}{{ end }}`)
    .join("");
  return [
    { cri: {} },
    ...multiline.map((rule) => ({
      match: {
        selector: selector(rule),
        stages: [
          {
            multiline: {
              firstline: `^(?:${rule.firstLine})`,
              max_wait_time: "500ms",
              max_lines: 1000,
            },
          },
        ],
      },
    })),
    ...drop.map(({ pattern, ...where }) => ({
      match: {
        selector: selector(where),
        stages: [{ drop: { expression: `.*(?:${pattern}).*` } }],
      },
    })),
    ...Object.values(FOUND_IN_LINES).map((expression) => ({ regex: { expression } })),
    {
      template: {
        source: "level",
        template: `{{ $level := ToLower .Value }}{{ if $level }}${names}{{ else }}${UNKNOWN_LEVEL}{{ end }}`,
      },
    },
    { labels: { level: "" } },
    ...redact.map(({ pattern, replacement = REPLACEMENT }) => ({
      replace: { expression: `(${pattern})`, replace: replacement },
    })),
    { structured_metadata: Object.fromEntries(LOG_METADATA.map((name) => [name, ""])) },
    { labeldrop: ["filename", "pod", "node"] },
  ];
}
