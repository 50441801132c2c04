/** Rule files and dashboards as users bring them. */
export const TENANT_RULES = `# By the shop's people
groups:
  - name: shop
    interval: 1m
    rules:
      - record: app:shop_errors:rate5m
        expr: sum by (cluster, app) (rate(http_requests_total{code=~"5.."}[5m]))
      - alert: ShopFails
        expr: app:shop_errors:rate5m > 0.1
        for: 1h30m
        keep_firing_for: 5m
        labels: { severity: critical, team: shop }
        annotations:
          summary: "{{ $labels.app }} of cluster {{ $labels.cluster }} fails"
`;

export const OPERATOR_RULES = `groups:
  - name: fleet-own
    rules:
      - record: tenant:up:count
        expr: count by (tenant_id) (up)
      - alert: TenantGone
        expr: absent(tenant:up:count)
        labels: { severity: warning }
`;

export const LOG_RULES = `groups:
  - name: lines
    rules:
      - alert: ShopLines
        expr: sum by (cluster) (count_over_time({app="shop"} |= "failed" [5m])) > 10
        for: 5m
`;

/** A dashboard with a variable for its data source. */
export function board(given: object): string {
  return JSON.stringify({
    uid: "shop",
    title: "Shop",
    templating: { list: [{ name: "metrics", type: "datasource", query: "prometheus" }] },
    panels: [
      {
        title: "Errors",
        datasource: { type: "prometheus", uid: "${metrics}" },
        targets: [
          {
            refId: "A",
            expr: 'sum by (cluster) (rate(x{cluster=~"$cluster"}[$__rate_interval])) > $limit',
          },
        ],
      },
    ],
    ...given,
  });
}
