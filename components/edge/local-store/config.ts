import { STAYING_REPLICA_LABEL } from "../../contract/names";
import { agentInstances, IDENTITY_FILES } from "../../contract/cluster-names";
import { fromSeconds } from "../../kit/duration";
import { toYaml } from "../../kit/yaml";
import type { ObjectStoreConnection } from "../../storage/connection";
import { bucketConfig, FEDERATION, retentionFlags } from "../../backends/federation";
import { AGENT_PATHS, CONFIG_FILE, PROMETHEUS_AGENT_PORT } from "../metrics/config";
import type { LocalStoreRetention } from "./args";
import type { ServerSize } from "./size";
import type { Role } from "../../kit/labels";

/** Mount paths of the pods. */
export const LOCAL_STORE_PATHS = {
  identity: AGENT_PATHS.identity,
  trust: `${FEDERATION.folder}/trust`,
  data: "/data",
} as const;
export const QUERY_TRUST_FILE = "hub-query-ca.crt";

/** Beside the files of an agent, which may have used the volume before. */
const BLOCKS = `${AGENT_PATHS.buffer}/tsdb`;

const LISTEN = [`--http-address=:${FEDERATION.httpPort}`, `--grpc-address=:${FEDERATION.grpcPort}`];

/** No secret is in it: keys come from the environment, or from the platform. */
const storeFlag = (bucket: ObjectStoreConnection) =>
  `--objstore.config=${toYaml(bucketConfig(bucket))}`;

/** Objects of an edge are below its name: edges may share a bucket, and none compacts another's. */
export function bucketOfEdge(
  bucket: ObjectStoreConnection,
  cluster: string,
): ObjectStoreConnection {
  return { ...bucket, prefix: bucket.prefix ? `${bucket.prefix}/${cluster}` : cluster };
}

/** Prometheus with a database. Start-up configuration: it restarts when one of these changes. */
export function serverArgs({ retentionSeconds }: ServerSize): string[] {
  return [
    `--config.file=${AGENT_PATHS.config}/${CONFIG_FILE}`,
    "--config.auto-reload",
    "--config.auto-reload-interval=5s",
    `--storage.tsdb.path=${BLOCKS}`,
    `--storage.tsdb.retention.time=${fromSeconds(retentionSeconds)}`,
    // Blocks are uploaded as they are; the compactor alone makes others of them.
    "--storage.tsdb.min-block-duration=2h",
    "--storage.tsdb.max-block-duration=2h",
    `--web.listen-address=:${PROMETHEUS_AGENT_PORT}`,
  ];
}

/**
 * Beside each Prometheus: uploads its blocks, and answers for samples that are not uploaded yet.
 */
export function sidecarArgs(bucket: ObjectStoreConnection): string[] {
  return [
    "sidecar",
    ...LISTEN,
    `--prometheus.url=http://127.0.0.1:${PROMETHEUS_AGENT_PORT}`,
    `--tsdb.path=${BLOCKS}`,
    storeFlag(bucket),
  ];
}

/**
 * Its gRPC interface is the only one that is reached from outside: by mutual TLS, with a
 * certificate that the hub's query CA has signed.
 */
export function queryArgs(replicas: number): string[] {
  const identity = (file: keyof typeof IDENTITY_FILES) =>
    `${LOCAL_STORE_PATHS.identity}/${IDENTITY_FILES[file]}`;
  const asked = [...agentInstances(replicas), LOCAL_STORE_GATEWAY.name];
  return [
    "query",
    ...LISTEN,
    `--grpc-server-tls-cert=${identity("certificate")}`,
    `--grpc-server-tls-key=${identity("privateKey")}`,
    `--grpc-server-tls-client-ca=${LOCAL_STORE_PATHS.trust}/${QUERY_TRUST_FILE}`,
    `--query.replica-label=${STAYING_REPLICA_LABEL}`,
    "--query.auto-downsampling",
    ...asked.map((host) => `--endpoint=dns+${host}:${FEDERATION.grpcPort}`),
  ];
}

/**
 * Sidecars answer for samples that are not uploaded yet, the store gateway for those in the bucket.
 */
export function storeArgs(bucket: ObjectStoreConnection): string[] {
  return ["store", ...LISTEN, `--data-dir=${LOCAL_STORE_PATHS.data}`, storeFlag(bucket)];
}

/** Retention in days, by resolution. */
export function compactorArgs(
  bucket: ObjectStoreConnection,
  { retentionDaysRaw, retentionDays5m, retentionDays1h }: LocalStoreRetention,
): string[] {
  return [
    "compact",
    "--wait",
    `--http-address=:${FEDERATION.httpPort}`,
    `--data-dir=${LOCAL_STORE_PATHS.data}`,
    ...Object.entries(retentionFlags([retentionDaysRaw, retentionDays5m, retentionDays1h])).map(
      ([flag, days]) => `--${flag}=${days}`,
    ),
    storeFlag(bucket),
  ];
}

/** Answers queries over the whole edge, also those of its hub. */
export const LOCAL_QUERY: Role = { name: `${FEDERATION.name}-query` };
/** Reads the bucket. */
export const LOCAL_STORE_GATEWAY: Role = { name: `${FEDERATION.name}-store` };
/** Compacts, downsamples and deletes blocks in the bucket. There is never more than one. */
export const LOCAL_STORE_COMPACTOR: Role = { name: `${FEDERATION.name}-compactor` };

/** Service account of everything that uses the bucket, the agents among them. */
export const LOCAL_STORE_ACCOUNT = FEDERATION.name;
