import type { Demo } from "./flows";
import { WEB_PORT } from "./pod";

export const NGINX_PATHS = {
  config: "/etc/heliograph-demo",
  certificate: "/etc/heliograph-demo-tls",
  tmp: "/tmp",
} as const;
export const NGINX_CONFIG_FILE = "nginx.conf";
/** Counters, on loopback only. */
export const STATUS_PORT = 8081;

/** Whole, so that it means the same whatever the image brings along; everything NGINX writes is below /tmp. */
export function nginxConfig({ https }: Pick<Demo, "https">): string {
  const { tmp, certificate } = NGINX_PATHS;
  const written = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${tmp}/${kind};`,
  );
  const tls = [`ssl_certificate ${certificate}/tls.crt;`, `ssl_certificate_key ${certificate}/tls.key;`];
  return block([
    "worker_processes 1;",
    "error_log stderr notice;",
    `pid ${tmp}/nginx.pid;`,
    ["events", ["worker_connections 256;"]],
    [
      "http",
      [
        ...written,
        "access_log off;",
        "server_tokens off;",
        "default_type text/plain;",
        [
          "server",
          [
            `listen ${WEB_PORT}${https ? " ssl" : ""};`,
            ...(https ? tls : []),
            ["location = /healthz", ['return 200 "ok\\n";']],
            ["location /", ['return 200 "Heliograph signals from many hilltops to one.\\n";']],
          ],
        ],
        ["server", [`listen 127.0.0.1:${STATUS_PORT};`, ["location = /stub_status", ["stub_status;"]]]],
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
