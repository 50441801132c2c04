import { checksum } from "../../kit/checksum";
import { temporaryPaths } from "../../kit/nginx";
import { REQUESTS_METRIC } from "../../rules/metrics";
import { BACKEND_REJECTION, rejections } from "./answers";
import { postTo, type IngestLocation } from "./ingest";
import {
  backendMaps,
  locationBlocks,
  signalMaps,
  upstreamMaps,
  upstreams,
  type CellUpstreams,
} from "./locations";

export const STATUS_PORT = 8080;
/**
 * Where the pod's own counter of requests listens, on loopback, and where it shows what it has
 * counted.
 */
export const COUNTER_PORT = 9125;
export const REQUESTS_PORT = 9102;

/** Where the pod mounts what NGINX reads, and where NGINX may write on a read-only root. */
export const GATEWAY_PATHS = {
  config: "/etc/gateway",
  run: "/run/gateway",
  temporary: "/tmp",
  accessLog: "/dev/stdout",
} as const;
export const GATEWAY_FILES = {
  config: "nginx.conf",
  serverCertificate: "server.crt",
  serverKey: "server.key",
  clientTrust: "clients.crt",
} as const;

/**
 * How a certificate is recognised. Today by its whole subject, in the form of `$ssl_client_s_dn`; a
 * corporate CA that puts the name elsewhere will need another member (alternative name, hash of the
 * public key) and another map.
 */
type ClientKey = { readonly subject: string };

/**
 * A client that may write, where to, and as whom. Whoever is not listed is refused: leaving an edge
 * out revokes it.
 */
export interface GatewayClient {
  readonly key: ClientKey;
  readonly edge: string;
  readonly tenant: string;
  readonly cell: string;
}

export type KnownClient = Pick<GatewayClient, "key" | "edge">;

export interface GatewayModel {
  readonly clients: readonly GatewayClient[];
  /**
   * Edges of the inventory that are shut out: refused as whoever is not listed, but logged and
   * counted under their names.
   */
  readonly revoked: readonly KnownClient[];
  readonly cells: Readonly<Record<string, CellUpstreams>>;
  /** `ingestLocations()`; tests make their bodies smaller. */
  readonly locations: readonly IngestLocation[];
  readonly ports: { readonly gateway: number; readonly status: number; readonly counter: number };
  readonly paths: Readonly<Record<keyof typeof GATEWAY_PATHS, string>>;
}

export interface GatewayConfig {
  readonly text: string;
  /**
   * Tells this configuration from any other, certificates included; NGINX answers with it at
   * /healthz once it is running.
   */
  readonly hash: string;
}

/** `certificates`: everything public that NGINX loads beside its configuration. */
export function gatewayConfig(model: GatewayModel, certificates: readonly string[]): GatewayConfig {
  const hash = checksum(nginxConf(model, ""), ...certificates);
  return { hash, text: nginxConf(model, hash) };
}

/**
 * NGINX has no structured configuration: this text is the template, everything that varies in it
 * comes from the functions below.
 */
function nginxConf(model: GatewayModel, hash: string): string {
  const { paths, ports } = model;
  const post = postTo(model.locations);
  const known = [...model.clients, ...model.revoked];
  return `# Made from the hub's inventory.
worker_processes 2;
worker_rlimit_nofile 16384;
# Open connections must not outlive the revocation of their certificate by more than this.
worker_shutdown_timeout 30s;
pid ${paths.run}/nginx.pid;
error_log stderr warn;

events {
  worker_connections 4096;
}

http {
  server_tokens off;
  default_type text/plain;
${temporaryPaths(paths.temporary)}

  log_format json escape=json ${logFormat()};
  access_log ${paths.accessLog} json;
  # Each request is counted by a neighbour in the pod: a datagram that nobody takes delays nothing.
  log_format count "${COUNT}";
  access_log syslog:server=127.0.0.1:${ports.counter},nohostname count;

  map_hash_max_size ${hashSize(known)};
  map_hash_bucket_size ${hashBucketSize(known)};
${maps(model.clients, known)}
  map "" $config_hash {
    default "${hash}";
  }
  map $ssl_client_verify $verified {
    default FAILED;
    "" NONE;
    NONE NONE;
    SUCCESS SUCCESS;
  }
${backendMaps(model.locations, model.cells)}
${signalMaps(model.locations)}
${upstreamMaps(model.locations, model.cells)}
  map $ssl_client_verify $unknown_client {
    default "a client certificate is needed";
    SUCCESS "not in the hub's inventory, or revoked: $ssl_client_s_dn";
  }
  map "" $writes_only {
    default "writes only: POST ${post}";
  }

${upstreams(model.cells)}

  server {
    # gRPC needs HTTP/2. Another form of it is newer than the oldest NGINX that we run.
    listen ${ports.gateway} ssl http2 default_server;
    server_name _;

    ssl_certificate ${paths.config}/${GATEWAY_FILES.serverCertificate};
    ssl_certificate_key ${paths.config}/${GATEWAY_FILES.serverKey};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
    # A resumed session would not be verified again.
    ssl_session_cache off;
    ssl_session_tickets off;
    ssl_client_certificate ${paths.config}/${GATEWAY_FILES.clientTrust};
    ssl_verify_client optional;

    # Each way in has a limit of its own. Elsewhere nothing is read, and a client with data is told to come again.
    client_max_body_size 0;
    client_body_buffer_size 1m;

    # Only what a write needs is passed on: the client chooses neither its tenant nor how the backend behaves. Of gRPC all headers are, but the tenant.
    proxy_pass_request_headers off;
    proxy_http_version 1.1;
    proxy_connect_timeout 5s;
    proxy_set_header X-Scope-OrgID $tenant;
    proxy_set_header Connection "";
    proxy_set_header Content-Type $content_type;
    proxy_set_header Content-Encoding $http_content_encoding;
    proxy_set_header User-Agent $http_user_agent;
    proxy_set_header Retry-Attempt $http_retry_attempt;
    proxy_set_header X-Prometheus-Remote-Write-Version $http_x_prometheus_remote_write_version;
    grpc_connect_timeout 5s;
    grpc_set_header X-Scope-OrgID $tenant;

${locationBlocks(model.locations)}

    location / {
      if ($request_method = POST) {
        return 503 "nothing is written to this path: POST ${post}\\n";
      }
      return 405 "$writes_only\\n";
    }

${rejectionPages(model)}
  }

  server {
    listen ${ports.status};
    access_log off;

    location = /healthz {
      default_type application/json;
      return 200 '{"config":"$config_hash"}\\n';
    }

    location = /metrics {
      default_type "text/plain; version=0.0.4";
      return 200 "${metrics()}";
    }
  }
}
`;
}

/**
 * One more of a counter, as DogStatsD has it. What syslog puts before it ends up on a line of its
 * own, which the counter skips. Nothing in it is the client's choice, so that the number of series
 * is bounded; an edge that is not known is left out.
 */
const COUNT = `\\n${REQUESTS_METRIC}:1|c|#edge:$edge,signal:$signal,protocol:$protocol,verified:$verified,answered_by:$answered_by,status:$status`;

function logFormat(): string {
  const texts = {
    time: "$time_iso8601",
    edge: "$edge",
    tenant: "$tenant",
    cell: "$cell",
    signal: "$signal",
    subject: "$ssl_client_s_dn",
    issuer: "$ssl_client_i_dn",
    serial: "$ssl_client_serial",
    verify: "$ssl_client_verify",
    client: "$remote_addr",
    method: "$request_method",
    path: "$request_uri",
    upstreamStatus: "$upstream_status",
  };
  const numbers = { status: "$status", bytes: "$request_length", seconds: "$request_time" };
  const fields = [
    ...Object.entries(texts).map(([name, variable]) => `"${name}":"${variable}"`),
    ...Object.entries(numbers).map(([name, variable]) => `"${name}":${variable}`),
  ];
  return `'{${fields.join(",")}}'`;
}

/**
 * Every map has the subject as its key: an edge may be called `default`, which as a key would mean
 * something else.
 */
function maps(clients: readonly GatewayClient[], known: readonly KnownClient[]): string {
  const bySubject = <T extends KnownClient>(
    variable: string,
    entries: readonly T[],
    value: (entry: T) => string,
  ) =>
    [
      `  map $ssl_client_s_dn ${variable} {`,
      `    default "";`,
      ...entries.map((entry) => `    "${entry.key.subject}" ${value(entry)};`),
      "  }",
    ].join("\n");
  return [
    bySubject("$edge", known, ({ edge }) => edge),
    bySubject("$tenant", clients, ({ tenant }) => tenant),
    bySubject("$cell", clients, ({ cell }) => cell),
  ].join("\n");
}

/** Codes that would lose data become 503; see `answers.ts`. */
function rejectionPages({ locations }: GatewayModel): string {
  const own = rejections(locations);
  const pages = own.map(
    ({ name, codes, status }) => `    error_page ${codes.join(" ")} =${status} /refused/${name};`,
  );
  const answers = [...own, BACKEND_REJECTION].map(({ name, status, text }) =>
    [
      `    location = /refused/${name} {`,
      "      internal;",
      `      return ${status} "${text}\\n";`,
      "    }",
    ].join("\n"),
  );
  return [...pages, ...answers].join("\n");
}

function metrics(): string {
  const gauges = ["active", "reading", "writing", "waiting"].map(
    (state) =>
      `# TYPE nginx_connections_${state} gauge\\nnginx_connections_${state} $connections_${state}\\n`,
  );
  const info = `# TYPE heliograph_gateway_config_info gauge\\nheliograph_gateway_config_info{hash=\\"$config_hash\\"} 1\\n`;
  return [...gauges, info].join("");
}

/**
 * NGINX refuses to start when a key does not fit into a bucket: pointer, length and key, aligned,
 * and a pointer that ends the bucket.
 */
export function hashBucketSize(clients: readonly Pick<GatewayClient, "key">[]): number {
  const longest = Math.max(0, ...clients.map(({ key }) => Buffer.byteLength(key.subject)));
  return Math.max(64, 2 ** Math.ceil(Math.log2(longest + 32)));
}

function hashSize(clients: readonly unknown[]): number {
  return Math.max(2048, 2 ** Math.ceil(Math.log2(clients.length * 4 + 1)));
}
