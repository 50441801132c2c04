import { queryServerName } from "../../contract/identity";
import { REPLICA_LABEL, STAYING_REPLICA_LABEL } from "../../contract/names";
import { nginxArguments, temporaryPaths } from "../../kit/nginx";
import { TENANT_HEADER } from "../../backends/kit/architecture";
import {
  COPY_LABEL,
  type EndpointsConfig,
  FEDERATION,
  TENANT_LABEL,
} from "../../backends/federation";

/** Where pods mount what they read. Directories, so that what changes arrives while they run. */
export const GLOBAL_QUERY_PATHS = {
  config: `${FEDERATION.folder}/config`,
  identity: `${FEDERATION.folder}/identity`,
  trust: `${FEDERATION.folder}/trust`,
} as const;
/** Where the hub answers queries of everything. */
export const GLOBAL_QUERY_PORT = FEDERATION.httpPort;
export const ENDPOINTS_FILE = "endpoints.yaml";
export const EDGE_TRUST_FILE = "ca.crt";

/** Names of the files of a Secret of type `kubernetes.io/tls`. */
export const IDENTITY_FILES = { certificate: "tls.crt", privateKey: "tls.key" } as const;

/** A Service with the edge's name: warnings say by this name which edge could not be queried. */
export const edgeHost = (edge: string) => `edge-${edge}`;

/** `edges`: ports by edge. `cells`: host and port of who answers for each cell over gRPC. */
export function endpointsConfig(
  edges: Readonly<Record<string, number>>,
  cells: readonly string[],
): EndpointsConfig {
  const { identity, trust } = GLOBAL_QUERY_PATHS;
  const own = {
    cert_file: `${identity}/${IDENTITY_FILES.certificate}`,
    key_file: `${identity}/${IDENTITY_FILES.privateKey}`,
    ca_file: `${trust}/${EDGE_TRUST_FILE}`,
  };
  return {
    endpoints: [
      ...Object.entries(edges).map(([edge, port]) => ({
        address: `${edgeHost(edge)}:${port}`,
        strict: true as const,
        client_config: { server_name: queryServerName(edge), tls_config: own },
      })),
      ...cells.map((address) => ({ address, strict: true as const })),
    ],
  };
}

/**
 * Tells the answers of one cell from those of another: whoever is queried has to have a label that
 * says who answers.
 */
const CELL_LABEL = "cell";

/**
 * Labels that tell where an answer comes from. Without them these are the same series, and are seen
 * once: metrics that an edge keeps and also sends, those of an edge that moved to another cell, and
 * the copies within a cell.
 */
const REPLICA_LABELS = [STAYING_REPLICA_LABEL, CELL_LABEL, REPLICA_LABEL, COPY_LABEL, TENANT_LABEL];

/** Its paths are those of the backends' interface. */
export function globalQueryArgs(): string[] {
  return [
    "query",
    `--http-address=:${FEDERATION.httpPort}`,
    `--grpc-address=:${FEDERATION.grpcPort}`,
    "--web.route-prefix=/prometheus",
    `--endpoint.sd-config-file=${GLOBAL_QUERY_PATHS.config}/${ENDPOINTS_FILE}`,
    "--endpoint.sd-config-reload-interval=10s",
    "--query.auto-downsampling",
    ...REPLICA_LABELS.map((label) => `--query.replica-label=${label}`),
  ];
}

/** Where the pod mounts what NGINX reads, and where NGINX may write. */
export const READER_PATHS = { config: "/etc/reader", temporary: "/tmp" } as const;
export const READER_CONFIG_FILE = "nginx.conf";

export interface CellReaderConfigArgs {
  readonly cell: string;
  /** Host and port of who answers reads. */
  readonly reads: string;
  readonly tenants: readonly string[];
}

/** On loopback: only the sidecar of the pod asks it. */
const READER_ADDRESS = "127.0.0.1:9090";

/**
 * The sidecar does not speak to the cell's backend, but to Prometheus, whose interface the backend
 * has: it lacks the cell's label and the header of its tenants. A Prometheus that reads remotely
 * would have both, but answer with nothing, and without a word, when the backend is away.
 */
export function cellReaderConfig({ cell, reads, tenants }: CellReaderConfigArgs): string {
  const { temporary } = READER_PATHS;
  const yaml = JSON.stringify({ global: { external_labels: { [CELL_LABEL]: cell } } });
  // NGINX would take a backslash for its own.
  const config = JSON.stringify({ data: { yaml } }).replaceAll("\\", "\\\\");
  return `worker_processes 1;
pid ${temporary}/nginx.pid;
error_log stderr warn;

events {
  worker_connections 1024;
}

http {
  server_tokens off;
  access_log off;
  default_type text/plain;
${temporaryPaths(temporary)}

  server {
    listen ${READER_ADDRESS};

    # What a Prometheus would say of itself: whose series it has, since when, and that it can list the labels of some.
    location = /api/v1/status/config {
      return 200 '${config}';
    }
    location = /metrics {
      return 200 "prometheus_tsdb_lowest_timestamp_seconds 0\\n";
    }
    location = /api/v1/status/buildinfo {
      return 200 '{"data":{"version":"2.24.0"}}';
    }

    location /api/v1/ {
      proxy_pass http://${reads}/prometheus/api/v1/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header ${TENANT_HEADER} "${tenants.join("|")}";
      # As they come: nothing is put on a disk, and whoever stops asking stops the backend.
      proxy_buffering off;
      proxy_connect_timeout 2s;
      # A query may take so long.
      proxy_read_timeout 5m;
      error_page 502 504 @away;
    }
    location @away {
      return 502 "${reads} does not answer";
    }
  }
}
`;
}

export function cellReaderArgs(): string[] {
  return nginxArguments(`${READER_PATHS.config}/${READER_CONFIG_FILE}`);
}

export function cellSidecarArgs(): string[] {
  return [
    "sidecar",
    `--http-address=:${FEDERATION.httpPort}`,
    `--grpc-address=:${FEDERATION.grpcPort}`,
    `--prometheus.url=http://${READER_ADDRESS}`,
    // It may start before NGINX, and would look again after half a minute.
    "--prometheus.get_config_interval=5s",
  ];
}
