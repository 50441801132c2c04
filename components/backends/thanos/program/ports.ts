/** Where every part is queried over gRPC: upstream's default. */
export const THANOS_GRPC_PORT = 10_901;

/** Where every part shows its metrics and answers over HTTP: upstream's default. */
export const THANOS_HTTP_PORT = 10_902;
