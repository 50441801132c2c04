import type { Role } from "../../kit/labels";
import { toYaml } from "../../kit/yaml";
import type { EdgeLogSelectorArgs } from "./args";
import type { LogAgent } from "./log-agent";
import {
  APP_LABELS,
  FOUND_IN_LINES,
  LEVELS,
  logFiles,
  ownFiles,
  PACKED_FILES,
  SERVICE_ANNOTATION,
  UNKNOWN_LEVEL,
  type LogPipeline,
} from "./pipeline";

export const FLUENT_BIT: Role = { name: "fluent-bit" };
const FLUENT_BIT_PORT = 2020;
const FOLDERS = {
  configFolder: "/fluent-bit/heliograph",
  identityFolder: "/etc/heliograph/identity",
  stateFolder: "/var/lib/fluent-bit",
};
const CONFIG_FILE = "fluent-bit.yaml";
const SCRIPT_FILE = "labels.lua";

/** Fluent Bit on every node. */
export const fluentBit: LogAgent = {
  shipper: "fluentBit",
  cannotRedact: "has no filter that replaces text",
  program: {
    image: "fluentBit",
    role: FLUENT_BIT,
    args: [`--config=${FOLDERS.configFolder}/${CONFIG_FILE}`],
    ports: { http: FLUENT_BIT_PORT },
    health: { port: FLUENT_BIT_PORT, path: "/api/v1/health" },
    metricsPort: FLUENT_BIT_PORT,
    ...FOLDERS,
    memoryBytes: 192 * 2 ** 20,
    readsLogs: true,
  },
  files: (pipeline) => ({
    [CONFIG_FILE]: toYaml(fluentBitConfig(pipeline)),
    [SCRIPT_FILE]: labelsScript(),
  }),
};

/** Prefix of its tags, which are the paths of the files with dots for slashes. */
const TAG = "kube.var.log.pods.";
const FILE_NAME =
  "^(?<namespace_name>[^_]+)_(?<pod_name>[^_]+)_(?<docker_id>[a-f0-9-]+)\\.(?<container_name>[^.]+)\\.\\d+\\.log";

function tagsOf({ namespace = "*", container = "*" }: EdgeLogSelectorArgs): string {
  return `${TAG}${namespace}_*.${container}.*`;
}

/** https://docs.fluentbit.io/manual/administration/configuring-fluent-bit/yaml */
export function fluentBitConfig(pipeline: LogPipeline) {
  const { multiline, drop } = pipeline;
  const name = (index: number) => `lines_${index}`;
  // Its regular expressions name groups in another way than RE2.
  const parsers = Object.entries(FOUND_IN_LINES).map(([found, regex]) => ({
    name: found,
    format: "regex",
    regex: regex.replaceAll("(?P<", "(?<"),
  }));
  return {
    service: {
      flush: 1,
      http_server: "on",
      http_port: FLUENT_BIT_PORT,
      health_check: "on",
      "storage.path": `${FOLDERS.stateFolder}/queue`,
      "storage.sync": "full",
      "storage.backlog.mem_limit": "16M",
    },
    parsers: [{ name: "file_name", format: "regex", regex: FILE_NAME }, ...parsers],
    multiline_parsers: multiline.map(({ firstLine }, index) => ({
      name: name(index),
      type: "regex",
      flush_timeout: 500,
      rules: [
        { state: "start_state", regex: `/^(?:${firstLine})/`, next_state: "cont" },
        { state: "cont", regex: `/^(?!(?:${firstLine}))/`, next_state: "cont" },
      ],
    })),
    pipeline: {
      inputs: [
        {
          name: "tail",
          tag: "kube.*",
          path: logFiles().join(","),
          exclude_path: [...PACKED_FILES, ownFiles(FLUENT_BIT.name, pipeline)].join(","),
          "multiline.parser": "cri",
          db: `${FOLDERS.stateFolder}/positions.db`,
          "db.sync": "full",
          "storage.type": "filesystem",
          read_from_head: "on",
          skip_long_lines: "off",
          buffer_max_size: "1M",
        },
      ],
      filters: [
        ...multiline.map((rule, index) => ({
          name: "multiline",
          match: tagsOf(rule),
          "multiline.key_content": "log",
          "multiline.parser": name(index),
        })),
        ...drop.map(({ pattern, ...where }) => ({
          name: "grep",
          match: tagsOf(where),
          exclude: `log ${pattern}`,
        })),
        {
          name: "kubernetes",
          match: "kube.*",
          kube_tag_prefix: TAG,
          regex_parser: "file_name",
          labels: "on",
          annotations: "on",
          merge_log: "off",
          k8s_logging_parser: "off",
          buffer_size: 0,
        },
        ...parsers.map(({ name: parser }) => ({
          name: "parser",
          match: "kube.*",
          key_name: "log",
          parser,
          reserve_data: "on",
          preserve_key: "on",
        })),
        {
          name: "lua",
          match: "kube.*",
          script: `${FOLDERS.configFolder}/${SCRIPT_FILE}`,
          call: "labels",
        },
      ],
      outputs: [pipeline.output],
    },
  };
}

/**
 * Gives the record the labels under their own names. In Lua, because no filter picks the first of
 * several keys.
 */
function labelsScript(): string {
  const apps = APP_LABELS.map((key) => `labels[${JSON.stringify(key)}]`).join(" or ");
  const levels = Object.entries(LEVELS).map(
    ([spelling, level]) => `${spelling} = ${JSON.stringify(level)}`,
  );
  return `local levels = { ${levels.join(", ")} }

function labels(tag, timestamp, record)
  local pod = record["kubernetes"] or {}
  local labels, annotations = pod["labels"] or {}, pod["annotations"] or {}
  record["namespace"] = pod["namespace_name"]
  record["container"] = pod["container_name"]
  record["pod"] = pod["pod_name"]
  record["node"] = pod["host"]
  record["app"] = ${apps} or pod["container_name"]
  record["service_name"] = annotations[${JSON.stringify(SERVICE_ANNOTATION)}] or record["app"]
  record["level"] = levels[string.lower(record["level"] or "")] or ${JSON.stringify(UNKNOWN_LEVEL)}
  record["kubernetes"] = nil
  return 2, timestamp, record
end
`;
}
