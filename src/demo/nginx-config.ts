import type { Demo } from "./flows";

export const NGINX_PATHS = {
  config: "/etc/heliograph-demo",
  certificate: "/etc/heliograph-demo-tls",
  tmp: "/tmp",
} as const;
export const NGINX_CONFIG_FILE = "nginx.conf";
/** Counters, on loopback only. */
export const WEB_PORT = 8080;
export const STATUS_PORT = 8081;

/** What NGINX always answers with 500. */
const FAILING_PATH = "/out-of-stock";

/** JSON, with the names that log agents take the level and the trace from. */
const accessLog = [
  '{"time":"$time_iso8601","level":"$level","message":"$request_method $uri","status":$status,',
  '"duration_seconds":$request_time,"bytes":$bytes_sent,"trace_id":"$trace_id","span_id":"$span_id"}',
].join("");

/** Of the W3C trace context that came with the request; empty where none did. */
function traceField(name: "id" | "parent"): string[] {
  return [`"~^00-(?<id>[0-9a-f]{32})-(?<parent>[0-9a-f]{16})-" $${name};`, 'default "";'];
}

/**
 * Whole, so that it means the same whatever the image brings along; everything NGINX writes is
 * below /tmp.
 */
export function nginxConfig({ https }: Pick<Demo, "https">): string {
  const { tmp, certificate } = NGINX_PATHS;
  const written = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${tmp}/${kind};`,
  );
  const tls = [
    `ssl_certificate ${certificate}/tls.crt;`,
    `ssl_certificate_key ${certificate}/tls.key;`,
  ];
  return block([
    "worker_processes 1;",
    "error_log stderr notice;",
    `pid ${tmp}/nginx.pid;`,
    ["events", ["worker_connections 256;"]],
    [
      "http",
      [
        ...written,
        ["map $http_traceparent $trace_id", traceField("id")],
        ["map $http_traceparent $span_id", traceField("parent")],
        ["map $status $level", ["~^5 error;", "~^4 warn;", "default info;"]],
        `log_format json escape=json '${accessLog}';`,
        "access_log /dev/stdout json;",
        "server_tokens off;",
        "default_type text/plain;",
        [
          "server",
          [
            `listen ${WEB_PORT}${https ? " ssl" : ""};`,
            ...(https ? tls : []),
            ["location = /healthz", ["access_log off;", 'return 200 "ok\\n";']],
            [`location = ${FAILING_PATH}`, ['return 500 "Nothing left.\\n";']],
            ["location /", ['return 200 "Heliograph signals from many hilltops to one.\\n";']],
          ],
        ],
        [
          "server",
          [
            "access_log off;",
            `listen 127.0.0.1:${STATUS_PORT};`,
            ["location = /stub_status", ["stub_status;"]],
          ],
        ],
      ],
    ],
  ]);
}

type Line = string | readonly [name: string, lines: readonly Line[]];

function block(lines: readonly Line[], indent = ""): string {
  return lines
    .map((line) =>
      typeof line === "string"
        ? `${indent}${line}\n`
        : `${indent}${line[0]} {\n${block(line[1], `${indent}  `)}${indent}}\n`,
    )
    .join("");
}
