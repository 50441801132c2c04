/** How workloads of other people are asked. */
export const workloadTarget = {
  // A workload's certificate is its own affair: nothing secret is sent to it, and no authority vouches for pod addresses.
  tls_config: { insecure_skip_verify: true },
  // Many say no content type, without which Prometheus 3 refuses them.
  fallback_scrape_protocol: "PrometheusText0.0.4",
} as const;
