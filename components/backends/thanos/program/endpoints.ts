/** One that is away stays in the list, or answers would lack its data without a word. */
interface Endpoint {
  readonly address: string;
  readonly strict: true;
  readonly client_config?: {
    readonly server_name: string;
    readonly tls_config: {
      readonly cert_file: string;
      readonly key_file: string;
      readonly ca_file: string;
    };
  };
}

/**
 * The part that we write of the file of endpoints that a query reads:
 * https://thanos.io/tip/components/query.md/#endpoint-discovery
 */
export interface EndpointsConfig {
  readonly endpoints: readonly Endpoint[];
}
