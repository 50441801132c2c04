import { THANOS_GRPC_PORT, THANOS_HTTP_PORT } from "./ports";

export { COPY_LABEL, TENANT_LABEL } from "../config";
export type { EndpointsConfig } from "./endpoints";
export {
  retentionFlags,
  retentionShown,
  THANOS_FLAGS_PATH as FLAGS_PATH,
  type RetentionDays,
} from "./retention";
export { thanosStoreConfig as bucketConfig } from "./store-config";

/** Names, ports and folders of the binary that local stores and the global query run. */
export const FEDERATION = {
  /** Name of its image and of its containers, and first part of the names of a local store. */
  name: "thanos",
  /** Name for people. */
  title: "Thanos",
  /** Where it is queried by other processes of its kind. */
  grpcPort: THANOS_GRPC_PORT,
  /** Where it shows its metrics, and where Grafana queries it. */
  httpPort: THANOS_HTTP_PORT,
  httpPortName: "thanos-http",
  /** Folder of pods for the files that it reads. */
  folder: "/etc/thanos",
  /** Type of the Pulumi component of a local store, which never changes. */
  localStoreType: "heliograph:edge:Thanos",
} as const;
